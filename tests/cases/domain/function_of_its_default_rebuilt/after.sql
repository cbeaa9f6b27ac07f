-- The function that a default calls is made anew: the domain steps aside, and what is stored is converted.
CREATE FUNCTION first() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE DOMAIN score AS integer DEFAULT first() CHECK (VALUE > 0);
CREATE TABLE games (points score, all_points score[]);
