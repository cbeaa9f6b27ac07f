-- A field of EXTRACT written in quotes and capitals is printed without quotes, and is read back as another text.
CREATE TABLE orders (
    id integer PRIMARY KEY,
    ordered date CHECK (extract('YEAR' FROM ordered) > 2000),
    shipped date CHECK (extract('YEAR' FROM shipped) > 2000)
);

CREATE VIEW months AS SELECT DISTINCT extract('Month' FROM ordered) AS month FROM orders;

CREATE FUNCTION year_of(day date) RETURNS numeric LANGUAGE sql RETURN extract('YEAR' FROM day);
