-- A view that is filled calls a routine whose body calls another one, which waits for a second view.
CREATE TABLE source (id bigint PRIMARY KEY);
CREATE MATERIALIZED VIEW z_blocker AS SELECT id FROM source;
CREATE FUNCTION z_helper() RETURNS SETOF z_blocker LANGUAGE sql STABLE AS 'SELECT * FROM public.z_blocker';
CREATE FUNCTION wrapper() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.z_helper()';
CREATE MATERIALIZED VIEW a_filled AS SELECT wrapper() AS number;
