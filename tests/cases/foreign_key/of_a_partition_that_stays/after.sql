-- A partitioned table is made anew and what it refers to goes: a partition that is detached meanwhile would keep the foreign key.
CREATE TABLE orders (id int, customer int) PARTITION BY HASH (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER 0);
