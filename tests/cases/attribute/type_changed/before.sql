CREATE TYPE label AS (text varchar(20), size int);
