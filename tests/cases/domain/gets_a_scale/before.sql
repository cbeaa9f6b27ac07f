CREATE DOMAIN quantity AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN positive AS quantity CHECK (VALUE > 0);
CREATE TABLE items (id int PRIMARY KEY, stock quantity, ordered positive, many quantity[]);
