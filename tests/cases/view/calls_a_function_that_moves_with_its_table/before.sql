CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TYPE a.state AS ENUM ('open', 'done');
CREATE TABLE a.jobs (state a.state);
CREATE FUNCTION a.of(a.jobs) RETURNS a.state LANGUAGE sql AS 'SELECT $1.state';
CREATE VIEW a.states AS SELECT a.of(jobs) FROM a.jobs;
