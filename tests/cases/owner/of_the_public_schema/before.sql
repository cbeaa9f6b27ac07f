CREATE ROLE cases_owner;
CREATE TABLE notes (id integer);
