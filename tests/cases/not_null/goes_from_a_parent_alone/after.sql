-- A NOT NULL that goes from a parent and stays in a child holds there all the time, where it also may be a key's.
CREATE TABLE parent (id int, note text);
CREATE TABLE with_key (id int PRIMARY KEY, note text) INHERITS (parent);
CREATE TABLE with_note (id int, note text NOT NULL) INHERITS (parent);
