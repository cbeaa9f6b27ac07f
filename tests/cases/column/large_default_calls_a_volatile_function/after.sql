-- A default that calls a volatile function is filled in batches, a stable one is not: no row is written.
CREATE FUNCTION one() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT one(), by text DEFAULT current_user, at timestamptz DEFAULT now());
