-- A label is removed from a type that a column and its default use.
CREATE TYPE colour AS ENUM ('red', 'blue');
CREATE TABLE cars (id int, colour colour NOT NULL DEFAULT 'red');
