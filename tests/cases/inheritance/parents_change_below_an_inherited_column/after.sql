-- A child goes from one parent to another, and its column stays one that it has by inheritance alone.
CREATE TABLE old_parent (other text);
CREATE TABLE new_parent (id serial NOT NULL);
CREATE TABLE child (here polygon, note text) INHERITS (new_parent);
