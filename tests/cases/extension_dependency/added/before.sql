CREATE EXTENSION citext;
CREATE FUNCTION folded(citext) RETURNS text LANGUAGE sql AS 'SELECT lower($1::text)';
