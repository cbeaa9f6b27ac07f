CREATE DOMAIN zip AS text;
CREATE TABLE letters (id int, zips zip[]);
