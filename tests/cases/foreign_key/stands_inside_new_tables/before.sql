CREATE TABLE stands (id bigint PRIMARY KEY);
