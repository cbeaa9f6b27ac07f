-- A serial column of a new table says it all: its sequence, its default, its owner and its NOT NULL.
CREATE TABLE small (id smallserial PRIMARY KEY, note text);
CREATE TABLE usual (id serial, code bigserial UNIQUE, PRIMARY KEY (id, code));
COMMENT ON SEQUENCE usual_id_seq IS 'counts';
CREATE VIEW numbers AS SELECT id FROM small;
