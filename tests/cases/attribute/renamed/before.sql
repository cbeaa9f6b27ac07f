CREATE TYPE place AS (
    x integer, -- schemagen: renamed from lon
    y integer
);
CREATE TABLE t (id int, at place);
CREATE TABLE points OF place;
CREATE VIEW v AS SELECT (at).x AS x FROM t;
