-- A partition for a label that comes in the same migration; on the way back the type of the key is made anew.
CREATE TYPE state AS ENUM ('new', 'sent', 'done');
CREATE TABLE orders (state state, number integer) PARTITION BY LIST (state);
CREATE TABLE orders_new PARTITION OF orders FOR VALUES IN ('new');
CREATE TABLE orders_sent PARTITION OF orders FOR VALUES IN ('sent');
