CREATE FUNCTION price(amount integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE orders (cost integer DEFAULT price(1));
CREATE VIEW prices AS SELECT price(1) AS price, 'old' AS label;
