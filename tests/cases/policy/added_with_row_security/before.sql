CREATE ROLE cases_reader;
CREATE TABLE papers (id int, owner name);
