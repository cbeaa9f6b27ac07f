-- The index a table is clustered on.
CREATE TABLE readings (id int PRIMARY KEY);
ALTER TABLE readings CLUSTER ON readings_pkey;
