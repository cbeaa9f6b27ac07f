-- Another role owns a table.
CREATE ROLE cases_owner;
CREATE TABLE deeds (id int);
ALTER TABLE deeds OWNER TO cases_owner;
