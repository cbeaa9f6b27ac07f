CREATE TYPE place AS (x integer, y integer);
CREATE TABLE places (z integer);
CREATE TABLE points (x integer, y integer);
