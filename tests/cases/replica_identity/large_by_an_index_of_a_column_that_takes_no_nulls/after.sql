-- The column of the index that identifies the rows is NOT NULL before it does.
CREATE TABLE orders (id int NOT NULL, note text);
CREATE UNIQUE INDEX orders_id ON orders (id);
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_id;
