-- A column is filled by a hint, and a trigger of its table answers to that: said as a risk, as it may change rows elsewhere.
CREATE TABLE users (
    id int PRIMARY KEY,
    name text NOT NULL,
    deleted bool DEFAULT false NOT NULL,
    -- schemagen: using name
    called text NOT NULL,
    -- schemagen: using lower(name)
    handle text
);
CREATE TABLE keys (id int PRIMARY KEY, of_user int NOT NULL);
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM public.keys WHERE of_user = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget AFTER UPDATE ON users FOR EACH ROW WHEN (NEW.deleted) EXECUTE FUNCTION forget();
CREATE TRIGGER renamed AFTER UPDATE OF name ON users FOR EACH ROW EXECUTE FUNCTION forget();
CREATE TRIGGER called AFTER UPDATE OF name, called ON users FOR EACH ROW EXECUTE FUNCTION forget();
CREATE TRIGGER inert AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION forget();
ALTER TABLE users DISABLE TRIGGER inert;
