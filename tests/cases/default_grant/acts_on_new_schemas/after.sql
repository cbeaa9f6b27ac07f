-- A schema that is made after a default privilege on schemas has it.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO PUBLIC;
CREATE SCHEMA s;
