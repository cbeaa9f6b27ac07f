-- Both are locked before the table, the upper one first; the table with the foreign key before the one that it leads to.
CREATE TABLE customers (id integer PRIMARY KEY, name text, email text);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers, note text);
CREATE VIEW names AS SELECT id, name, email FROM customers;
CREATE VIEW initials AS SELECT left(name, 1) AS initial, left(email, 1) AS other FROM names;
