CREATE TABLE people (id integer PRIMARY KEY, name text);
CREATE VIEW names AS SELECT id, name FROM people;
