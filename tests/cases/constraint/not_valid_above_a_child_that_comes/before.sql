CREATE TABLE devices (id bigint);
ALTER TABLE devices ADD CONSTRAINT is_positive CHECK (id > 0) NOT VALID;
