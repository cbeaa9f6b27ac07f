-- Privileges on a table and on single columns.
CREATE ROLE cases_reader;
CREATE TABLE salaries (person text, amount int);
GRANT SELECT (person) ON salaries TO cases_reader;
GRANT INSERT, UPDATE ON salaries TO cases_reader WITH GRANT OPTION;
