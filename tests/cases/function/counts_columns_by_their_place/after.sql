-- A column that is declared before others is added after them: the log says what counts columns, and what fails for it.
CREATE TABLE orders (id int, note text, total int);
CREATE FUNCTION bound() RETURNS SETOF orders LANGUAGE sql BEGIN ATOMIC SELECT * FROM orders; END;
CREATE FUNCTION made() RETURNS orders LANGUAGE sql RETURN ROW(1, NULL, 2)::orders;
CREATE FUNCTION listed() RETURNS SETOF orders LANGUAGE sql AS 'SELECT id, NULL::text, total FROM orders';
CREATE FUNCTION queried() RETURNS SETOF orders LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT id, NULL::text, total FROM orders; END';
CREATE FUNCTION named() RETURNS bigint LANGUAGE sql AS 'SELECT sum(q.y) FROM orders q(x, z, y)';
CREATE FUNCTION starred() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders';
CREATE FUNCTION whole() RETURNS SETOF orders LANGUAGE sql AS 'SELECT o FROM orders o';
