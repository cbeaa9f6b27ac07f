CREATE TABLE tickets (number numeric(10, 2));
