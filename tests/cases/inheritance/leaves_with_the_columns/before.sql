CREATE TABLE devices (id bigint NOT NULL, name text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE sensors (unit text) INHERITS (devices);
