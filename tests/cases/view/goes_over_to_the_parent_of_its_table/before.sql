CREATE TYPE state AS ENUM ('open', 'held', 'done');
CREATE TABLE jobs (id integer, number integer, state state) PARTITION BY LIST (id);
CREATE TABLE jobs_rest PARTITION OF jobs DEFAULT;
CREATE VIEW numbered AS SELECT id FROM jobs_rest WHERE number > 0;
CREATE VIEW by_state AS SELECT state, count(*) FROM jobs_rest GROUP BY state;
CREATE TABLE other_jobs (state state);
CREATE VIEW other_states AS SELECT state FROM other_jobs;
