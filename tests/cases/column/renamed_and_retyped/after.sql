-- A table, two columns and a label are renamed and more is changed in them: every value is compared under its new name.
CREATE TYPE mood AS ENUM (
    -- schemagen: renamed from sad
    'blue', 'happy'
);
-- schemagen: renamed from people
CREATE TABLE humans (
    id bigint PRIMARY KEY,
    years bigint, -- schemagen: renamed from age
    -- schemagen: renamed from mood
    feeling mood NOT NULL,
    born date NOT NULL
);
