-- Bodies that PostgreSQL does not track read a column that goes and one of another type: the log says so.
CREATE TABLE orders (id int, total bigint);
CREATE FUNCTION summary(o orders) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    -- legacy is for old clients
    SELECT legacy INTO result
      FROM orders
     WHERE id = o.id;
    RETURN coalesce(result, o.legacy);
END $$;
CREATE FUNCTION totals() RETURNS int LANGUAGE sql AS 'SELECT sum(total)::int FROM orders';
CREATE FUNCTION untouched() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM orders';
