-- A change of type drops the planner's statistics: after the commit they are gathered again, of all columns where an expression has some.
CREATE TABLE t (a bigint, b varchar(20), c text);
CREATE VIEW v AS SELECT a FROM t;
CREATE TABLE u (a bigint, b int);
CREATE INDEX u_sum_idx ON u ((a + b));
