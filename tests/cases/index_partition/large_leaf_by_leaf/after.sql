-- The index of a large partitioned table is built partition by partition.
CREATE TABLE t (a int, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_a_idx ON t (a);
