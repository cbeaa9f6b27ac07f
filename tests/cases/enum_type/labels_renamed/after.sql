-- Labels are renamed: values, defaults and constraints follow; a new one comes beside them.
CREATE TYPE mood AS ENUM (
    -- schemagen: renamed from sad
    'unhappy',
    'it''s so', -- schemagen: renamed from 'so so'
    'fine', 'happy'
);
CREATE TABLE people (id int PRIMARY KEY, mood mood DEFAULT 'unhappy', CHECK (mood <> 'it''s so'));
