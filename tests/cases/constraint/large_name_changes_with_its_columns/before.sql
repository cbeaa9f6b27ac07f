CREATE TABLE shelves (hall int, number int, old int, UNIQUE (hall, number), UNIQUE (number, old));
CREATE INDEX ON shelves (hall);
CREATE TABLE books (hall int, shelf int, place int, CONSTRAINT stands FOREIGN KEY (hall, shelf) REFERENCES shelves (hall, number));
