-- A unique index of a large partitioned table gives way to a key of its name.
CREATE TABLE t (a int NOT NULL, k int NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (k, a);
