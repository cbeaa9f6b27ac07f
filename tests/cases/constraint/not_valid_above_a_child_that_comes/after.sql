-- A CHECK that is not valid comes again after a new child of its table, which would else have it as valid.
CREATE TABLE devices (id bigint);
CREATE TABLE sensors () INHERITS (devices);
ALTER TABLE devices ADD CONSTRAINT is_positive CHECK (id > 0) NOT VALID;
