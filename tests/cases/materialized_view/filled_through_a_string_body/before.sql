CREATE TABLE source (id bigint PRIMARY KEY);
