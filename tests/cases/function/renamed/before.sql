CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT n || n';
CREATE PROCEDURE work(INOUT n integer) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END';
CREATE TABLE t (id int, CHECK (twice(id) > 0));
CREATE VIEW v AS SELECT twice(id) AS doubled FROM t;
COMMENT ON FUNCTION twice(integer) IS 'two times';
