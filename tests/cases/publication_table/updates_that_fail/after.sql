-- A condition or a list of columns that leaves out what identifies a row, and a key that goes: PostgreSQL then refuses UPDATE and DELETE.
CREATE TABLE tasks (id int PRIMARY KEY, state text, "Gone" timestamptz, whole text);
CREATE TABLE notes (org int, id int, body text, PRIMARY KEY (org, id));
CREATE TABLE visits (id int, at timestamptz);
CREATE TABLE views (id int, at timestamptz);
CREATE PUBLICATION outward FOR TABLE tasks WHERE ("Gone" IS NULL AND id > 0), notes (id, body), visits;
CREATE PUBLICATION inserted FOR TABLE views WITH (publish = 'insert');
