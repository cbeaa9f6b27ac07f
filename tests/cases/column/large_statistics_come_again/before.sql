CREATE TABLE t (a int, b varchar(10), c text);
CREATE VIEW v AS SELECT a FROM t;
CREATE TABLE u (a int, b int);
CREATE INDEX u_sum_idx ON u ((a + b));
