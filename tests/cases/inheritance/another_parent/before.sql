CREATE TABLE devices (id bigint NOT NULL, name text CONSTRAINT named CHECK (name <> ''));
CREATE TABLE machines (id bigint NOT NULL);
CREATE TABLE sensors (unit text) INHERITS (devices);
CREATE TABLE pumps (id bigint NOT NULL, flow integer) INHERITS (machines, devices);
