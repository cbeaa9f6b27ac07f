-- Its rows are never out of reach.
CREATE TABLE t (id bigint, k integer NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1, 2, 3);
CREATE INDEX t_1_id ON t_1 (id);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (4);
