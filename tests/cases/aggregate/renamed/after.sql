-- An aggregate is renamed; the view that uses it stays.
CREATE FUNCTION plus(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
-- schemagen: renamed from total
CREATE AGGREGATE whole(integer) (SFUNC = plus, STYPE = integer);
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT whole(id) AS n FROM t;
