-- The triggers of foreign keys no longer fire; the table's own trigger still does.
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE pet (id int PRIMARY KEY, owner int REFERENCES owner, other int REFERENCES owner);
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON pet FOR EACH ROW EXECUTE FUNCTION touched();
ALTER TABLE pet DISABLE TRIGGER ALL;
ALTER TABLE pet ENABLE TRIGGER touched;
