CREATE TABLE orders (id int, note text);
CREATE UNIQUE INDEX orders_id ON orders (id);
ALTER TABLE orders REPLICA IDENTITY FULL;
