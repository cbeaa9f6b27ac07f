-- A key and its index have a comment each, and so have a range and its multirange, a table and its row type.
CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE, moved text);
COMMENT ON TABLE t IS 'A table';
COMMENT ON TYPE t IS 'Its rows';
COMMENT ON CONSTRAINT t_pkey ON t IS 'Says which row it is';
COMMENT ON INDEX t_pkey IS 'Finds the row';
COMMENT ON CONSTRAINT t_code_key ON t IS 'One of each';
CREATE TYPE span AS RANGE (SUBTYPE = float8);
COMMENT ON TYPE span IS 'From and to';
COMMENT ON TYPE span_multirange IS 'Several of them';
