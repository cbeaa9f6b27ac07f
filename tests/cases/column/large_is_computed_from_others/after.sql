-- On a large table a new column is filled by a hint in batches before those go that it comes from.
CREATE TABLE people (
    id int PRIMARY KEY,
    seen timestamp NOT NULL,
    -- schemagen: using first || ' ' || last
    name text NOT NULL
);
