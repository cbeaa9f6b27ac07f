CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{4}$');
CREATE TABLE letters (zip zip);
