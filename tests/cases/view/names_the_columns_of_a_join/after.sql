-- The names of a join's columns count them, and the new one stands last on the live table: the log says so.
CREATE TABLE orders (id int, tax int, total int);
CREATE TABLE items (id int, price int);
CREATE VIEW priced AS SELECT * FROM (orders JOIN items USING (id)) j(a, b, c, d);
