-- A CHECK that is not valid comes after the children made in the same migration, which would else have it as valid.
CREATE TABLE devices (id bigint);
CREATE TABLE sensors () INHERITS (devices);
CREATE TABLE gauges () INHERITS (sensors);
ALTER TABLE devices ADD CONSTRAINT is_positive CHECK (id > 0) NOT VALID;
