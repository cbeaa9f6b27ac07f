CREATE ROLE cases_reader;
CREATE TABLE salaries (person text, amount int);
GRANT SELECT ON salaries TO cases_reader;
