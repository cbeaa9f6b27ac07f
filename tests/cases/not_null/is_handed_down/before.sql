CREATE TABLE parent (id int, CONSTRAINT id_given NOT NULL id NO INHERIT);
CREATE TABLE child () INHERITS (parent);
