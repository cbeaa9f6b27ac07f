-- Default privileges give a range its grants, up to 16 its multirange too, which pg_dump says nothing of.
CREATE ROLE cases_reader;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO cases_reader;
CREATE TYPE span AS RANGE (subtype = date);
