-- A new partition's part of a new index, which needs no care, comes in one file with the parts that do.
CREATE TABLE t (a int, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_a_idx ON t (a);
