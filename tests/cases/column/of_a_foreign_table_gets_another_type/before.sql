CREATE FOREIGN DATA WRAPPER remote;
CREATE SERVER far FOREIGN DATA WRAPPER remote;
CREATE SCHEMA old;
CREATE TYPE old.state AS ENUM ('on', 'off');
CREATE FOREIGN TABLE devices (id bigint, state old.state) SERVER far;
