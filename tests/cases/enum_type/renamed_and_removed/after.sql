-- schemagen: map 'returned' to 'open'
CREATE TYPE state AS ENUM (
    'open',
    -- schemagen: renamed from 'lost'
    'missing'
);
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'open');
