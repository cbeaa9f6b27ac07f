CREATE TABLE orders (id int PRIMARY KEY, note text);
CREATE TABLE notes (id int, note text);
