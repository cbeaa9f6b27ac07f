-- A constraint of a domain is checked while all who write its columns wait: PostgreSQL has no other way, and the log says so.
CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{5}$') NOT NULL;
CREATE TABLE letters (zip zip);
