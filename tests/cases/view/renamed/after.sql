-- A view is renamed; the view above it, its comment and its grant follow.
CREATE TABLE t (id int, name text);
-- schemagen: renamed from v
CREATE VIEW w AS SELECT id, name FROM t;
CREATE VIEW above AS SELECT id FROM w;
COMMENT ON VIEW w IS 'all of them';
GRANT SELECT ON w TO PUBLIC;
