-- Rows without a value get the one that a hint says.
CREATE TABLE people (
    id bigint PRIMARY KEY,
    name text,
    -- schemagen: using coalesce(name, 'nobody')
    nick text NOT NULL
);
