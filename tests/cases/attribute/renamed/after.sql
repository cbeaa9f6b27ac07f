-- An attribute is renamed; stored values, the table of the type and the view that reads it stay.
CREATE TYPE place AS (
    -- schemagen: renamed from x
    lon integer,
    y integer
);
CREATE TABLE t (id int, at place);
CREATE TABLE points OF place;
CREATE VIEW v AS SELECT (at).lon AS x FROM t;
