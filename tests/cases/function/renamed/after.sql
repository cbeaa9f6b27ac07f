-- One of two functions of a name, and a procedure, are renamed; the constraint and the view that call it stay.
-- schemagen: renamed from twice
CREATE FUNCTION doubled(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT n || n';
-- schemagen: renamed from work
CREATE PROCEDURE toil(INOUT n integer) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END';
CREATE TABLE t (id int, CHECK (doubled(id) > 0));
CREATE VIEW v AS SELECT doubled(id) AS doubled FROM t;
COMMENT ON FUNCTION doubled(integer) IS 'two times';
