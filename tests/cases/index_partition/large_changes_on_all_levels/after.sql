-- The index of a large partitioned table changes: its parts go with it, and come again level by level, in the same file.
CREATE TABLE t (a int, b int, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1) PARTITION BY RANGE (a);
CREATE TABLE t_1_low PARTITION OF t_1 FOR VALUES FROM (MINVALUE) TO (0);
CREATE TABLE t_1_high PARTITION OF t_1 FOR VALUES FROM (0) TO (MAXVALUE);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_b_idx ON t USING hash (b);
