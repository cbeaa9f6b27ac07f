-- A view that is made anew goes in the transaction in which it comes again, not before an index is dropped concurrently.
CREATE TABLE orders (id bigint PRIMARY KEY, state varchar(20));
CREATE INDEX orders_state ON orders USING hash (state);
CREATE VIEW states AS SELECT id, state FROM orders;
