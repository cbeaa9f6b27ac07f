CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
CREATE TABLE parties (id int PRIMARY KEY, name text CHECK (norm(name) <> ''), normed text GENERATED ALWAYS AS (norm(name)) STORED);
CREATE INDEX parties_norm ON parties (norm(name));
