-- The column that comes back has a default whose function finds its type by search_path, as it does where the rollback runs.
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION known(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (x::mood)::text';
CREATE TABLE people (id bigint PRIMARY KEY);
