-- A view that lost columns has all of them after the rollback.
CREATE TABLE staff (id int, name text, mail text, phone text, room text, pay int);
CREATE VIEW directory AS SELECT id, name FROM staff;
