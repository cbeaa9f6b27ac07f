CREATE TABLE orders (id int, total int);
CREATE TABLE items (id int, price int);
CREATE VIEW priced AS SELECT * FROM (orders JOIN items USING (id)) j(a, b, c);
