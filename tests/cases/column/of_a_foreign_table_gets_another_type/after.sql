-- A foreign table has no values to convert.
CREATE FOREIGN DATA WRAPPER remote;
CREATE SERVER far FOREIGN DATA WRAPPER remote;
CREATE SCHEMA new;
CREATE TYPE new.state AS ENUM ('on', 'off');
CREATE FOREIGN TABLE devices (id bigint, state new.state) SERVER far;
