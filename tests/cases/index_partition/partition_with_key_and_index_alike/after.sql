-- a partition goes with one of two of its indexes that are exactly alike: a key and an index
CREATE TABLE orders (id integer, note text) PARTITION BY RANGE (id);
CREATE UNIQUE INDEX orders_again ON orders (id);
CREATE TABLE last_orders PARTITION OF orders FOR VALUES FROM (20) TO (30);
