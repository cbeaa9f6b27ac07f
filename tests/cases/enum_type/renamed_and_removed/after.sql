-- One label gets another name, one goes: the log says of both what no code may need any more.

-- schemagen: map 'returned' to 'open'
CREATE TYPE state AS ENUM (
    'open',
    -- schemagen: renamed from 'lost'
    'missing'
);
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'open');
