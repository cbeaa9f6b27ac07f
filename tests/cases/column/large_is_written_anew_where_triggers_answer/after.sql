-- Where a trigger answers to each update of a row, rows are not updated: the plain form, which blocks.
CREATE TABLE notes (id bigint PRIMARY KEY, changed timestamptz, token uuid DEFAULT gen_random_uuid());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
-- A trigger for the statement would run for every batch.
CREATE TABLE pages (id bigint PRIMARY KEY, token uuid DEFAULT gen_random_uuid());
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY pages; RETURN NULL; END $$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON pages FOR EACH STATEMENT EXECUTE FUNCTION tell();
