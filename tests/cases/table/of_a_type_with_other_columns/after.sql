-- A table can become one of a type where its columns are those of the type; else it is made anew.
CREATE TYPE place AS (x integer, y integer);
CREATE TABLE places OF place;
CREATE TABLE points OF place;
