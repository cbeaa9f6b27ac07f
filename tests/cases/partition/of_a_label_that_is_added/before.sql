CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE orders (state state, number integer) PARTITION BY LIST (state);
CREATE TABLE orders_new PARTITION OF orders FOR VALUES IN ('new');
