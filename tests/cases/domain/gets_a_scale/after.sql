-- the rollback brings whole numbers back, whose text has zeros behind a point by then
CREATE DOMAIN quantity AS numeric(12,3) CHECK (VALUE >= 0);
CREATE DOMAIN positive AS quantity CHECK (VALUE > 0);
CREATE TABLE items (id int PRIMARY KEY, stock quantity, ordered positive, many quantity[]);
