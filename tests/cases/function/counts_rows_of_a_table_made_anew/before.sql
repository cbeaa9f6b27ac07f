CREATE TABLE t (a integer, b integer[], c integer) PARTITION BY HASH (a);
CREATE FUNCTION f(x uuid) RETURNS bigint LANGUAGE sql STRICT BEGIN ATOMIC SELECT count(a) FROM t; END;
