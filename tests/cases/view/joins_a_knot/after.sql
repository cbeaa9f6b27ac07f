-- A view that stands is replaced by one that calls a function of its own rows.
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION is_shown(v) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OR REPLACE VIEW v AS SELECT a, a + 1 AS b FROM t WHERE is_shown(NULL::v);
