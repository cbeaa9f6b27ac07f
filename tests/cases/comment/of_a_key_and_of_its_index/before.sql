CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE, moved text);
COMMENT ON INDEX t_code_key IS 'The index, and not the key';
CREATE TYPE span AS RANGE (SUBTYPE = float8);
