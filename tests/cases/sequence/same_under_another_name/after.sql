-- A sequence that feeds the same column under another name goes on where it is.
CREATE SEQUENCE t_numbers AS integer;
CREATE TABLE t (id int NOT NULL DEFAULT nextval('t_numbers'), note text);
ALTER SEQUENCE t_numbers OWNED BY t.id;
