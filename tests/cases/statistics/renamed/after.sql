-- Statistics of the same under another name are renamed, and need not be gathered again.
CREATE TABLE t (a int, b int);
CREATE STATISTICS r (ndistinct) ON a, b FROM t;
