-- A schema is renamed, and a table in it as well; all that stands in it follows.
-- schemagen: renamed from app
CREATE SCHEMA application;
CREATE TYPE application.mood AS ENUM ('sad');
-- schemagen: renamed from t
CREATE TABLE application.things (id serial PRIMARY KEY, mood application.mood);
CREATE FUNCTION application.f(it application.mood) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT id FROM application.things;
GRANT USAGE ON SCHEMA application TO PUBLIC;
