-- The index that comes back calls a function that finds its type by search_path, as it does where the rollback runs.
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id bigint PRIMARY KEY, mood text);
CREATE FUNCTION known(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (x::mood)::text';
