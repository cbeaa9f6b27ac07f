-- The same for a partitioned table and its partitions at once.
CREATE TABLE t (a int NOT NULL, b int) PARTITION BY LIST (b);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
