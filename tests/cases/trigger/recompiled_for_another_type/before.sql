CREATE TABLE log (at timestamptz DEFAULT now(), what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES ('order ' || NEW.number); RETURN NULL; END $$;
CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE orders (id int PRIMARY KEY, number int);
CREATE TRIGGER note AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
CREATE TABLE others (id int PRIMARY KEY, number int);
CREATE TRIGGER other AFTER INSERT ON others FOR EACH ROW EXECUTE FUNCTION other();
