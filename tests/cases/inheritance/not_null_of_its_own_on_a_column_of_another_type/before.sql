CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int NOT NULL) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
