CREATE TABLE feed (id int, name text);
ALTER TABLE feed REPLICA IDENTITY FULL;
CREATE TABLE other (id int, name text);
