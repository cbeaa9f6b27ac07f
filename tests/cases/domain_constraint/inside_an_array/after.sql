-- PostgreSQL adds no constraint to a domain that an array is made of: the domain steps aside, and the values are converted to its successor.
CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{5}$');
CREATE TABLE letters (id int, zips zip[]);
