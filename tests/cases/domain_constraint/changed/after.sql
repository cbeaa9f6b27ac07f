-- A domain's check says something else.
CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{5}$');
CREATE TABLE letters (zip zip);
