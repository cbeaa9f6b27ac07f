-- A range made anew under default privileges has none on its constructors that a fresh load of the folder would not give.
CREATE ROLE cases_reader;
CREATE TYPE span AS RANGE (subtype = bigint);
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO cases_reader;
