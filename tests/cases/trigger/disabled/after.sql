-- A trigger is disabled.
CREATE TABLE inbox (id int);
CREATE FUNCTION notify_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER notify_all AFTER INSERT ON inbox FOR EACH STATEMENT EXECUTE FUNCTION notify_all();
ALTER TABLE inbox DISABLE TRIGGER notify_all;
