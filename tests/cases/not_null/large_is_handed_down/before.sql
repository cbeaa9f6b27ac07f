CREATE TABLE parent (id int, CONSTRAINT given NOT NULL id NO INHERIT);
CREATE TABLE child () INHERITS (parent);
