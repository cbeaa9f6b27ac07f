-- The default of a domain calls a function that takes the domain: it is set once the function is there.
CREATE DOMAIN score AS integer NOT NULL CHECK (VALUE >= 0);
CREATE FUNCTION first_score(score) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 3';
ALTER DOMAIN score SET DEFAULT first_score(1);
CREATE TABLE games (points score);
CREATE DOMAIN rank AS integer;
CREATE FUNCTION first_rank(rank) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 3';
ALTER DOMAIN rank SET DEFAULT first_rank(1);
