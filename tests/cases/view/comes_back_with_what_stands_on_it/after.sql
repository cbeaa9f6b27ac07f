-- The rollback of an added column makes the view anew: with its grants, comments, default, trigger and rule.
CREATE ROLE cases_reader;
CREATE TABLE stock (sku text, amount int);
CREATE VIEW low WITH (security_barrier) AS SELECT sku, amount FROM stock WHERE amount < 5;
COMMENT ON VIEW low IS 'What to buy.';
COMMENT ON COLUMN low.sku IS 'Ours, not the supplier''s.';
ALTER VIEW low ALTER sku SET DEFAULT 'none';
GRANT SELECT ON low TO cases_reader;
GRANT UPDATE (sku) ON low TO cases_reader;
CREATE FUNCTION turn_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER turn_away INSTEAD OF INSERT ON low FOR EACH ROW EXECUTE FUNCTION turn_away();
CREATE RULE no_deletes AS ON DELETE TO low DO INSTEAD NOTHING;
