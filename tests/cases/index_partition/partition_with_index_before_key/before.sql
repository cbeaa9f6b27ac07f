CREATE TABLE orders (id integer, note text) PARTITION BY RANGE (id);
CREATE UNIQUE INDEX orders_again ON orders (id);
ALTER TABLE orders ADD CONSTRAINT orders_id UNIQUE (id);
CREATE TABLE last_orders PARTITION OF orders FOR VALUES FROM (20) TO (30);
