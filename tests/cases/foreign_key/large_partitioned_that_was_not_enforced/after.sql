-- One that is enforced cannot stand beside one that is not on the same partitions.
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int, customer int, CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers DEFERRABLE) PARTITION BY HASH (id);
CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER 0);
