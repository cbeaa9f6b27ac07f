-- A column that goes from a parent and stays in a child keeps its values there.
CREATE TABLE base (id int);
CREATE TABLE child (extra int, note text) INHERITS (base);
CREATE TABLE other () INHERITS (base);
