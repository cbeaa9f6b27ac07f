CREATE TABLE stock (sku text, amount int);
CREATE VIEW low AS SELECT sku FROM stock WHERE amount < 5;
CREATE VIEW very_low AS SELECT sku FROM low;
