-- PostgreSQL cannot give a column another type below which a NOT NULL has another name: the child leaves for as long.
CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE child (id bigint NOT NULL) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
