CREATE TABLE staff (id int, name text, mail text, phone text, room text, pay int);
CREATE VIEW directory AS SELECT id, name, mail, phone, room, pay FROM staff;
