-- A partition's key may be part of an index that is none of a key: then it goes only by CASCADE.
CREATE TABLE t (a int NOT NULL, k int NOT NULL) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t ADD CONSTRAINT t_k_a_key UNIQUE (k, a);
