CREATE TABLE first (id int, note text);
CREATE TABLE second (id int);
CREATE TABLE child (extra text) INHERITS (first, second);
CREATE TABLE grandchild () INHERITS (child);
