-- A key and an index of a partitioned table get other names with their columns: the old ones stand until the new ones are attached.
CREATE TABLE p (a int, b int, c int, UNIQUE (a, b, c)) PARTITION BY LIST (a);
CREATE INDEX ON p (b, c);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
