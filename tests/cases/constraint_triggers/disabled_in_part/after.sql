-- The triggers of a foreign key that came later fire, those of the first one do not.
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE pet (id int PRIMARY KEY, owner int REFERENCES owner);
ALTER TABLE pet DISABLE TRIGGER ALL;
ALTER TABLE pet ADD COLUMN other int REFERENCES owner;
