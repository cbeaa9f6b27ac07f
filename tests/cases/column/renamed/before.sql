CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'x' UNIQUE, born date);
CREATE VIEW names AS SELECT name FROM people;
