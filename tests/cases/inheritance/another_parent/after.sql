-- A child keeps its rows when what it inherits comes from another parent, or from the same ones in another order.
CREATE TABLE devices (id bigint NOT NULL, name text);
CREATE TABLE machines (id bigint NOT NULL, name text CONSTRAINT named CHECK (name <> ''));
CREATE TABLE sensors (unit text) INHERITS (machines);
CREATE TABLE pumps (id bigint NOT NULL, flow integer) INHERITS (devices, machines);
