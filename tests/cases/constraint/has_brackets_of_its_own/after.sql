-- Only brackets that PostgreSQL adds are left out.
CREATE TABLE a (
    x int CONSTRAINT both_bounds CHECK ((x > 0) AND (x < 10)),
    y text CONSTRAINT quoted CHECK (y <> ')' AND y <> 'it''s (' AND (y)::varchar(3) = 'a'),
    "z)" int CONSTRAINT plain CHECK ("z)" IN (1, 2)) NO INHERIT
);
CREATE DOMAIN positive AS int CONSTRAINT positive CHECK (VALUE > 0);
