-- A bound body that needed a column which goes with its table, and needs the table's successor: it goes and comes too.
CREATE TABLE t (d int4range NOT NULL);
CREATE FUNCTION f(x uuid) RETURNS bigint LANGUAGE sql STRICT BEGIN ATOMIC SELECT count(d) FROM t; END;
