-- Privileges that later tables will have.
CREATE ROLE cases_reader;
CREATE SCHEMA reports;
ALTER DEFAULT PRIVILEGES IN SCHEMA reports GRANT SELECT ON TABLES TO cases_reader;
