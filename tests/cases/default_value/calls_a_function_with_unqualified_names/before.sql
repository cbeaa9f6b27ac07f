CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION known(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (x::mood)::text';
CREATE TABLE people (id bigint PRIMARY KEY, mood text DEFAULT known('sad'));
