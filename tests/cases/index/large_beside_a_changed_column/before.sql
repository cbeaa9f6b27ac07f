CREATE TABLE sale (id int PRIMARY KEY, note text, at date);
