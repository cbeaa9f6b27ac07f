CREATE TYPE state AS (code int);
CREATE DOMAIN known AS state CHECK ((VALUE).code > 0);
CREATE DOMAIN needed AS known NOT NULL;
CREATE TABLE jobs (state needed, past known[]);
