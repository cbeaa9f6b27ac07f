CREATE TABLE parent (id int PRIMARY KEY, note text NOT NULL);
CREATE TABLE with_key (id int PRIMARY KEY, note text) INHERITS (parent);
CREATE TABLE with_note (id int, note text NOT NULL) INHERITS (parent);
