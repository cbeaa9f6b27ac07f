-- A key becomes one without overlaps, and the key that refers to it one over a period.
CREATE TABLE t (a int4range, b int4range, PRIMARY KEY (b, a WITHOUT OVERLAPS));
CREATE TABLE u (x int4range, y int4range, CONSTRAINT f FOREIGN KEY (y, PERIOD x) REFERENCES t);
