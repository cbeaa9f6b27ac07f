-- A partition's own foreign key was taken for that of its table, under its own name, and then differs from it.
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer, customer integer) PARTITION BY RANGE (id);
CREATE TABLE first_orders PARTITION OF orders FOR VALUES FROM (0) TO (10);
ALTER TABLE first_orders ADD CONSTRAINT buyer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE orders ADD CONSTRAINT customer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE;
