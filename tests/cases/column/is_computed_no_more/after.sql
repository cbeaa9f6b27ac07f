-- A column keeps its values when it is computed no more, while what it was computed from goes, or it gets another type.
CREATE TABLE p (b int);
CREATE TABLE c (d text) INHERITS (p);
CREATE TYPE e AS ENUM ('1', '2');
CREATE TABLE t (x int4range, b e);
