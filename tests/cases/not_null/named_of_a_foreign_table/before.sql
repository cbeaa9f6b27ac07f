CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE readings (
    id integer CONSTRAINT readings_id_given NOT NULL
) SERVER elsewhere;
