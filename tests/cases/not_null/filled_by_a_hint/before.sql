CREATE TABLE people (id bigint PRIMARY KEY, name text, nick text);
