-- ALTER FOREIGN TABLE cannot rename a constraint, ALTER TABLE can.
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE readings (
    id integer NOT NULL,
    CONSTRAINT readings_id_positive CHECK (id > 0)
) SERVER elsewhere;
