CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE INDEX orders_state ON orders (state);
CREATE VIEW states AS SELECT id, state FROM orders;
