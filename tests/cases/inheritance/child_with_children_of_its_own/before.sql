CREATE TABLE base (id int, CONSTRAINT positive CHECK (id > 0));
CREATE TABLE kid (id int);
CREATE TABLE grandchild () INHERITS (kid);
