-- A NOT NULL that children come to inherit is shown on them first, while others write; only then is it handed down.
CREATE TABLE parent (id int, CONSTRAINT id_given NOT NULL id);
CREATE TABLE child () INHERITS (parent);
