CREATE TABLE orders (id integer, note text) PARTITION BY RANGE (id);
ALTER TABLE orders ADD CONSTRAINT orders_id UNIQUE (id);
CREATE UNIQUE INDEX orders_again ON orders (id);
CREATE TABLE first_orders PARTITION OF orders FOR VALUES FROM (10) TO (20);
CREATE TABLE last_orders PARTITION OF orders FOR VALUES FROM (20) TO (30);
