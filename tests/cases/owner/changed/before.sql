CREATE ROLE cases_owner;
CREATE TABLE deeds (id int);
