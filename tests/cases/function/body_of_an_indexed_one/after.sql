-- An index and a stored column hold what the function gave before its body changed: the log says so, and what to do.
CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(btrim(t))';
CREATE TABLE parties (id int PRIMARY KEY, name text CHECK (norm(name) <> ''), normed text GENERATED ALWAYS AS (norm(name)) STORED);
CREATE INDEX parties_norm ON parties (norm(name));
