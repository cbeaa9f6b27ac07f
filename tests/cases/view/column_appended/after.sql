-- A view gets one more column at its end; a view on it stays.
CREATE TABLE stock (sku text, amount int);
CREATE VIEW low AS SELECT sku, amount FROM stock WHERE amount < 5;
CREATE VIEW very_low AS SELECT sku FROM low;
