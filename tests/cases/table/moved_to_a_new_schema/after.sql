-- A table is moved to a schema that comes in the same migration, under another name.
CREATE SCHEMA sales;
COMMENT ON SCHEMA sales IS 'what is sold';
-- schemagen: renamed from public.orders
CREATE TABLE sales.purchases (id serial PRIMARY KEY, note text);
CREATE VIEW recent AS SELECT id FROM sales.purchases;
