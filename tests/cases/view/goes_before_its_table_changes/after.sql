-- Who reads a view locks it before its table: a migration that takes them the other way round would stand in a deadlock with them.
CREATE TABLE a_orders (id int PRIMARY KEY, number bigint);
CREATE VIEW order_numbers AS SELECT id, number FROM a_orders;
CREATE VIEW zz_numbers AS SELECT number FROM order_numbers;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE OF number ON a_orders FOR EACH ROW EXECUTE FUNCTION note();
