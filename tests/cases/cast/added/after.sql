-- A cast by an own function.
CREATE TYPE point2 AS (x int, y int);
CREATE FUNCTION as_text(point2) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT ($1).x || ',' || ($1).y $$;
CREATE CAST (point2 AS text) WITH FUNCTION as_text(point2) AS ASSIGNMENT;
