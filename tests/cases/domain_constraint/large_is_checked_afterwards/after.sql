-- A constraint of a domain holds for new rows first. Those that are there are looked at while all who write the domain's columns wait:
-- PostgreSQL has no other way, for NOT NULL too, and the log says so.
CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{5}$') NOT NULL;
CREATE TABLE letters (zip zip);
