CREATE FUNCTION plus(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT total(id) AS n FROM t;
