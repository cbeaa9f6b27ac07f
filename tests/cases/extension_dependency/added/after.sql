-- A function that goes when an extension goes.
CREATE EXTENSION citext;
CREATE FUNCTION folded(citext) RETURNS text LANGUAGE sql AS 'SELECT lower($1::text)';
ALTER FUNCTION folded(citext) DEPENDS ON EXTENSION citext;
