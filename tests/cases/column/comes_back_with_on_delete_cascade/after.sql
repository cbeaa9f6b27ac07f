-- A dropped column comes back with its foreign key and its ON DELETE CASCADE.
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE sessions (id int PRIMARY KEY);
