-- The index that identifies the rows keeps its column NOT NULL: back, it goes first.
CREATE TABLE feed (id int NOT NULL, name text);
CREATE UNIQUE INDEX feed_id ON feed (id);
ALTER TABLE feed REPLICA IDENTITY USING INDEX feed_id;
CREATE TABLE other (id int NOT NULL, name text);
CREATE UNIQUE INDEX other_id ON other (id);
ALTER TABLE other REPLICA IDENTITY USING INDEX other_id;
