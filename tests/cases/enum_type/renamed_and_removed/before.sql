CREATE TYPE state AS ENUM ('open', 'returned', 'lost');
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'open');
