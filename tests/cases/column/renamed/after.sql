-- A column is renamed and takes another default; what stands on it stays.
CREATE TABLE people (
    id bigint PRIMARY KEY,
    -- schemagen: renamed from name
    full_name text NOT NULL DEFAULT 'y' UNIQUE,
    born date
);
CREATE VIEW names AS SELECT full_name AS name FROM people;
