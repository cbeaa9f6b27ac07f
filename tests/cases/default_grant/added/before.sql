CREATE ROLE cases_reader;
CREATE SCHEMA reports;
