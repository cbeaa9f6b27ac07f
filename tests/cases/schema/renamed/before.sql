CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad');
CREATE TABLE app.t (id serial PRIMARY KEY, mood app.mood);
CREATE FUNCTION app.f(it app.mood) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT id FROM app.t;
GRANT USAGE ON SCHEMA app TO PUBLIC;
