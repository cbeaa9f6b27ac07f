CREATE FUNCTION first() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN score AS integer DEFAULT first() CHECK (VALUE > 0);
CREATE TABLE games (points score, all_points score[]);
