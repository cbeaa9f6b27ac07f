-- A new child says a column of its parent again: its NOT NULL is the parent's alone (18 tells them apart).
CREATE TABLE parent (id int NOT NULL, note text);
CREATE TABLE child (id int, extra text) INHERITS (parent);
CREATE TABLE own (id int NOT NULL, extra text) INHERITS (parent);
