CREATE TYPE point3 AS (x int, y int);
CREATE DOMAIN positive AS point3 CHECK ((VALUE).x > 0);
CREATE TABLE paths (points positive[]);
