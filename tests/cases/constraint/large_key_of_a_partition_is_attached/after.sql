-- A partition's unique index becomes its key, and part of its partitioned table's.
CREATE TABLE t (a int NOT NULL, k int NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (k, a);
ALTER TABLE t_1 ADD CONSTRAINT t_1_pkey PRIMARY KEY (k, a);
ALTER INDEX t_pkey ATTACH PARTITION t_1_pkey;
