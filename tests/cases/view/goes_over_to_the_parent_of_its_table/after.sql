-- Views read the partitioned table in place of a partition while columns get other types; that of the parent takes the partition's
-- along: it cannot be replaced before, nor after. And one that gives values of an enum made anew is replaced by none of the same name.
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE jobs (id integer, number bigint, state state) PARTITION BY LIST (id);
CREATE TABLE jobs_rest PARTITION OF jobs DEFAULT;
CREATE VIEW numbered AS SELECT id FROM jobs WHERE number > 0;
CREATE VIEW by_state AS SELECT state, count(*) FROM jobs GROUP BY state;
CREATE TABLE new_jobs (state state);
CREATE VIEW other_states AS SELECT state FROM new_jobs;
