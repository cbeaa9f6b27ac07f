CREATE TABLE customers (id integer PRIMARY KEY, name text);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers);
CREATE VIEW names AS SELECT id, name FROM customers;
CREATE VIEW initials AS SELECT left(name, 1) AS initial FROM names;
