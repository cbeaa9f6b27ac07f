CREATE TABLE payment (id int, at date NOT NULL, customer int) PARTITION BY RANGE (at);
