CREATE TABLE old_parent (id serial NOT NULL, note text);
CREATE TABLE child (here polygon) INHERITS (old_parent);
