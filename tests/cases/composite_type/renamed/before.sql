CREATE TYPE place AS (x integer, y integer);
CREATE TABLE t (id int, at place);
CREATE TABLE points OF place;
