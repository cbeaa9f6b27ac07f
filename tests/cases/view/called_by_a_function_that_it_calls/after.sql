-- A view and a function that need each other are made anew around a stub of the view, as pg_dump writes it.
CREATE TABLE readings (device text, value bigint);
CREATE VIEW valid_readings AS SELECT device, value FROM readings;
CREATE FUNCTION valid_count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM valid_readings; END;
CREATE OR REPLACE VIEW valid_readings AS SELECT device, value FROM readings WHERE valid_count() >= 0;
COMMENT ON COLUMN valid_readings.value IS 'in millimetres';
