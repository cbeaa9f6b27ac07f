CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{4}$');
COMMENT ON CONSTRAINT form ON DOMAIN zip IS 'As the post wants it.';
CREATE TABLE letters (zip zip);
