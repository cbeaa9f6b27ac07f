CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id bigint PRIMARY KEY, mood text);
CREATE FUNCTION known(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (x::mood)::text';
CREATE INDEX people_mood ON people (known(mood));
