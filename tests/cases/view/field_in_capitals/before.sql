CREATE TABLE orders (id integer PRIMARY KEY, ordered date, shipped date CHECK (extract('YEAR' FROM shipped) > 2000));
