-- A table that has children comes below a parent with a check: they all have it before.
CREATE TABLE base (id int, CONSTRAINT positive CHECK (id > 0));
CREATE TABLE kid () INHERITS (base);
CREATE TABLE grandchild () INHERITS (kid);
