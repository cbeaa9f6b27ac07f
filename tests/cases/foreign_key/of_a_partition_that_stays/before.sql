CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int, customer int REFERENCES customers) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (9);
