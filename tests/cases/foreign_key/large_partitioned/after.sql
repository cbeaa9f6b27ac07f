-- Up to 17 each partition is checked apart, and the partitioned table takes their foreign keys over.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (p_id int CONSTRAINT f REFERENCES p, k int) PARTITION BY LIST (k);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2) PARTITION BY LIST (p_id);
CREATE TABLE t_2_1 PARTITION OF t_2 DEFAULT;
