-- A composite type under a domain gives its name to an enum: it steps aside, too, as columns of the domain are converted.
CREATE TYPE state AS ENUM ('open', 'done');
CREATE DOMAIN known AS state DEFAULT 'open';
CREATE TABLE jobs (state known[], past state[]);
