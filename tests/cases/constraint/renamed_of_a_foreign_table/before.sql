CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE readings (
    id integer NOT NULL,
    CONSTRAINT readings_id CHECK (id > 0)
) SERVER elsewhere;
