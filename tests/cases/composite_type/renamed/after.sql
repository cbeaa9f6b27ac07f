-- A composite type is renamed; the column and the table of it stay.
-- schemagen: renamed from place
CREATE TYPE spot AS (x integer, y integer);
CREATE TABLE t (id int, at spot);
CREATE TABLE points OF spot;
