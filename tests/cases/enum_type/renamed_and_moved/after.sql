-- A type is renamed and moved; columns, defaults and the arguments of functions follow.
CREATE SCHEMA app;
-- schemagen: renamed from public.mood
CREATE TYPE app.feeling AS ENUM ('sad', 'happy');
CREATE TABLE people (id int, mood app.feeling DEFAULT 'sad');
CREATE FUNCTION is_happy(it app.feeling) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT it = ''happy''';
