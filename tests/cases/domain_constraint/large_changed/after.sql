-- A domain's check says something else: the new one holds, and is validated, before the old one goes.
CREATE DOMAIN zip AS text CONSTRAINT form CHECK (VALUE ~ '^[0-9]{5}$');
COMMENT ON CONSTRAINT form ON DOMAIN zip IS 'As the post wants it.';
CREATE TABLE letters (zip zip);
