-- The schema that every database is born with has another owner; what PUBLIC may do there stays.
CREATE ROLE cases_owner;
CREATE TABLE notes (id integer);
ALTER SCHEMA public OWNER TO cases_owner;
