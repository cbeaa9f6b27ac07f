-- A column that two tables without a common parent hand down changes its type in both: the child leaves one of them for as long.
CREATE TABLE first (id bigint, note text);
CREATE TABLE second (id bigint);
CREATE TABLE child (extra text) INHERITS (first, second);
CREATE TABLE grandchild () INHERITS (child);
