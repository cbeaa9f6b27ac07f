-- A foreign key that is made anew has its triggers disabled as before.
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE pet (id int PRIMARY KEY, owner int REFERENCES owner ON DELETE CASCADE, other int REFERENCES owner);
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON pet FOR EACH ROW EXECUTE FUNCTION touched();
ALTER TABLE pet DISABLE TRIGGER ALL;
