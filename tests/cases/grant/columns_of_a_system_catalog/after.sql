-- Columns that every table has are granted like others, on a system catalog too.
CREATE TABLE notes (id bigint PRIMARY KEY);
GRANT SELECT (tableoid, proname) ON pg_catalog.pg_proc TO PUBLIC;
GRANT SELECT (ctid, id) ON notes TO PUBLIC;
