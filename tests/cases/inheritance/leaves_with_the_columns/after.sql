-- A child that leaves its parent can lose what it inherited.
CREATE TABLE devices (id bigint NOT NULL, name text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE sensors (unit text);
