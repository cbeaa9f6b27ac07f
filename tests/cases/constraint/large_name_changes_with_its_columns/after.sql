-- A UNIQUE and an index that PostgreSQL names get other names with their columns: the old one stands until the new one is there.
CREATE TABLE shelves (hall int, number int, room int, UNIQUE (hall, number, room), UNIQUE (number, room));
CREATE INDEX ON shelves (hall, room);
CREATE TABLE books (hall int, shelf int, place int, CONSTRAINT stands FOREIGN KEY (shelf, place) REFERENCES shelves (number, room));
