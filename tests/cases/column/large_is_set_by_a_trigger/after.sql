-- In the place of a stored generated column: the trigger comes together with the column, then rows are filled in batches.
CREATE TABLE boxes (
    id int PRIMARY KEY,
    w int,
    h int,
    -- schemagen: using w / 3
    third int
);
CREATE FUNCTION a_third() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.third := NEW.w / 3;
    RETURN NEW;
END $$;
CREATE TRIGGER a_third BEFORE INSERT OR UPDATE ON boxes FOR EACH ROW EXECUTE FUNCTION a_third();
