CREATE TYPE state AS ENUM ('open', 'done', 'lost');
CREATE TABLE jobs (id int PRIMARY KEY, state state);
CREATE INDEX jobs_state ON jobs (state) WHERE state <> 'done';
