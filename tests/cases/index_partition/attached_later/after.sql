-- An index leaves its partitioned table's only when that goes: the rollback makes all of them anew.
CREATE TABLE t (a int, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_a_idx ON ONLY t (a);
CREATE INDEX t_1_a_idx ON t_1 (a);
ALTER INDEX t_a_idx ATTACH PARTITION t_1_a_idx;
CREATE INDEX t_2_a_idx ON t_2 (a);
ALTER INDEX t_a_idx ATTACH PARTITION t_2_a_idx;
