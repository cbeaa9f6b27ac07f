-- So is the index of its primary key.
CREATE TABLE t (a int, k int, PRIMARY KEY (a, k)) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
