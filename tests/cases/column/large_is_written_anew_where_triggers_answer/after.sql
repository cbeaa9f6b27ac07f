-- Where a trigger answers to each update of a row, rows are not updated: the plain form, which blocks.
CREATE TABLE notes (id bigint PRIMARY KEY, changed timestamptz, token uuid DEFAULT gen_random_uuid());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
