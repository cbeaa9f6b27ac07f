-- Detaching a partition of a large table keeps nobody from that: PostgreSQL leaves no check behind where there is one.
CREATE TABLE t (a int, k int NOT NULL, PRIMARY KEY (k, a)) PARTITION BY LIST (k);
CREATE TABLE t_1 (a int, k int NOT NULL, PRIMARY KEY (k, a));
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE h (a int) PARTITION BY HASH (a);
CREATE TABLE h_1 (a int);
