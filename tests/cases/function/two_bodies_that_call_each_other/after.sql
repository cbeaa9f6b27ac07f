-- Two bodies that PostgreSQL has bound to each other: one of the functions stands with an empty one first.
CREATE FUNCTION odd(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN n = 0 OR odd(n - 1);
CREATE OR REPLACE FUNCTION odd(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN n <> 0 AND even(n - 1);
