-- The replica identity of a table.
CREATE TABLE feed (id int);
ALTER TABLE feed REPLICA IDENTITY FULL;
