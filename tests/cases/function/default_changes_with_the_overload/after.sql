-- Another signature comes: while both stand, a call means either, so what calls them goes before and comes after.
CREATE FUNCTION price(amount integer, rate integer DEFAULT 2) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE TABLE orders (cost integer DEFAULT price(1)::integer);
CREATE VIEW prices AS SELECT price(1)::integer AS price, 'new' AS label;
