-- A new column is filled by a hint from two that go, and one part of it from one that stays.
CREATE TABLE people (
    id int PRIMARY KEY,
    seen timestamp NOT NULL,
    -- schemagen: using first || ' ' || last
    name text NOT NULL,
    -- schemagen: using seen::date
    day date
);
