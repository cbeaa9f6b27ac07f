CREATE TABLE orders (id serial PRIMARY KEY, note text);
CREATE VIEW recent AS SELECT id FROM orders;
