-- On a large table rows get the value of a hint in batches, once none is written without one.
CREATE TABLE people (
    id bigint PRIMARY KEY,
    name text,
    -- schemagen: using coalesce(name, 'nobody')
    nick text NOT NULL
);
