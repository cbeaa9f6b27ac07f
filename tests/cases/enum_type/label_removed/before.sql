CREATE TYPE colour AS ENUM ('red', 'green', 'blue');
CREATE TABLE cars (id int, colour colour NOT NULL DEFAULT 'red');
