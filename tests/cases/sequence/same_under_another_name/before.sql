CREATE TABLE t (id serial, note text);
