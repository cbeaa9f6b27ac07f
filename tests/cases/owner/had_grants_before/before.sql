CREATE ROLE cases_owner;
CREATE ROLE cases_reader;
CREATE TABLE deeds (id int, note text);
GRANT SELECT, INSERT ON deeds TO cases_owner;
GRANT UPDATE (note) ON deeds TO cases_owner;
GRANT SELECT ON deeds TO cases_reader;
