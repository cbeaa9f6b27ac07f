-- A partition has its foreign key and its index before it is attached, so that it is not read then; one that it has already stays.
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (k int NOT NULL, p_id int REFERENCES p) PARTITION BY LIST (k);
CREATE INDEX t_p_id_idx ON t (p_id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3);
