-- a domain inside a composite type of a column loses a check, which the rollback brings back beside its NOT NULL
CREATE DOMAIN amount AS integer NOT NULL CONSTRAINT not_zero CHECK (VALUE <> 0);
CREATE TYPE price AS (net amount);
CREATE TABLE items (id integer, price price NOT NULL);
