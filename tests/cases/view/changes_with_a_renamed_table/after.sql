-- The view is locked before the table has its new name.
-- schemagen: renamed from people
CREATE TABLE persons (
    id integer PRIMARY KEY,
    -- schemagen: renamed from name
    full_name text
);
CREATE VIEW names AS SELECT id, full_name FROM persons;
