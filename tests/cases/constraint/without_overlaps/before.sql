CREATE TABLE t (a int4range, b int4range, PRIMARY KEY (b));
CREATE TABLE u (x int4range, y int4range, CONSTRAINT f FOREIGN KEY (y) REFERENCES t);
