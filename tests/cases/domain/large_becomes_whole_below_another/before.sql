CREATE DOMAIN qty AS numeric(12,3) CHECK (VALUE >= 0); CREATE TABLE item (id int primary key, stock qty);
