-- Its name on PostgreSQL 18: ALTER FOREIGN TABLE cannot change that, ALTER TABLE can.
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE readings (
    id integer CONSTRAINT readings_id_set NOT NULL
) SERVER elsewhere;
