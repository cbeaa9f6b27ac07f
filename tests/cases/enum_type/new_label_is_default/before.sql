CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE issues (id int, state state DEFAULT 'open');
