CREATE TABLE tasks (id int PRIMARY KEY, state text, "Gone" timestamptz, whole text);
CREATE TABLE notes (org int, id int, body text, PRIMARY KEY (org, id));
CREATE TABLE visits (id int PRIMARY KEY, at timestamptz);
CREATE TABLE views (id int PRIMARY KEY, at timestamptz);
CREATE PUBLICATION outward FOR TABLE tasks, notes, visits;
CREATE PUBLICATION inserted FOR TABLE views WITH (publish = 'insert');
