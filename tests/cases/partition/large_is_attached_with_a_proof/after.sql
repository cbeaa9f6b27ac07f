-- A table is attached without being read: a check shows that its rows belong there, another that the default partition has none of them.
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (10);
