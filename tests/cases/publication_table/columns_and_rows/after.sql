-- A published table with a list of columns and a condition.
CREATE TABLE stream (id int PRIMARY KEY, body text, secret text);
CREATE PUBLICATION outward FOR TABLE stream (id, body) WHERE (id > 100);
