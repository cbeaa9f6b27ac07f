-- Dropping a partition would keep readers off a large table: it is detached before. With a default partition there is no such way.
CREATE TABLE t (a int, k int) PARTITION BY LIST (k);
CREATE INDEX t_a_idx ON t (a);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE d (a int, k int) PARTITION BY LIST (k);
CREATE TABLE d_default PARTITION OF d DEFAULT;
