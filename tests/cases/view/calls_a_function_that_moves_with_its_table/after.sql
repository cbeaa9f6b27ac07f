-- What a view reads and calls is in another schema, and a label of what it shows goes in the rollback: the view goes and comes again.
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TYPE a.state AS ENUM ('open', 'done', 'lost');
CREATE TABLE b.jobs (state a.state);
CREATE FUNCTION b.of(b.jobs) RETURNS a.state LANGUAGE sql AS 'SELECT $1.state';
CREATE VIEW a.states AS SELECT b.of(jobs) FROM b.jobs;
