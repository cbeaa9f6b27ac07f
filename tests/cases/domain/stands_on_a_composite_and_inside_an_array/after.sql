-- A domain with a check of an attribute that gets another type, in arrays: both step aside, and the attribute with its type.
CREATE TYPE point3 AS (x bigint, y int);
CREATE DOMAIN positive AS point3 CHECK ((VALUE).x > 0);
CREATE TABLE paths (points positive[]);
