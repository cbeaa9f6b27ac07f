-- A role that had grants on a table becomes its owner, and has no need of them: the rollback gives them back.
CREATE ROLE cases_owner;
CREATE ROLE cases_reader;
CREATE TABLE deeds (id int, note text);
ALTER TABLE deeds OWNER TO cases_owner;
GRANT SELECT ON deeds TO cases_reader;
