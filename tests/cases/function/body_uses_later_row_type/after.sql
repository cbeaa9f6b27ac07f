-- A body names the row type of a table that stands below it.
CREATE FUNCTION first_reader() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    reader readers%ROWTYPE;
BEGIN
    SELECT * INTO reader FROM readers LIMIT 1;
    RETURN reader.name;
END $$;
CREATE TABLE readers (name text);
