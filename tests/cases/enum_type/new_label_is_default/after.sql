-- A new label becomes a default: that takes two migrations.
CREATE TYPE state AS ENUM ('draft', 'open', 'done');
CREATE TABLE issues (id int, state state DEFAULT 'draft');
