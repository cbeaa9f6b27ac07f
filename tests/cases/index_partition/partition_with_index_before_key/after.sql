-- a new partition's index is attached to an index that is older than a key exactly alike, and its key to that key
CREATE TABLE orders (id integer, note text) PARTITION BY RANGE (id);
CREATE UNIQUE INDEX orders_again ON orders (id);
ALTER TABLE orders ADD CONSTRAINT orders_id UNIQUE (id);
CREATE TABLE last_orders PARTITION OF orders FOR VALUES FROM (20) TO (30);
CREATE TABLE first_orders PARTITION OF orders FOR VALUES FROM (10) TO (20);
