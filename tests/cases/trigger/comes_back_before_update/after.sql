-- A guard trigger that was BEFORE UPDATE comes back as such.
CREATE TABLE ledger (id int, amount int);
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'read only'; END $$;
CREATE TRIGGER guard BEFORE DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION guard();
