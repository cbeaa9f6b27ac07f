CREATE TABLE parent (id int NOT NULL, note text);
