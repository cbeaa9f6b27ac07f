-- One label gets another name, one goes: the log says of both what no code may need any more.
CREATE TYPE state AS ENUM ('open', 'returned', 'lost');
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'open');
