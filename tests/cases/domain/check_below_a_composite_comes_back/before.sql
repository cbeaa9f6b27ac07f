CREATE DOMAIN amount AS integer NOT NULL CONSTRAINT not_zero CHECK (VALUE <> 0) CONSTRAINT not_one CHECK (VALUE <> 1);
CREATE TYPE price AS (net amount);
CREATE TABLE items (id integer, price price NOT NULL);
