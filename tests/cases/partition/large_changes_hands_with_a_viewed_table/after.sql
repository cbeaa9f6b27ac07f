-- The table that becomes a partition loses a column only when the view reads that of another: it is attached after that.
CREATE TABLE p (n6 integer) PARTITION BY RANGE (n6);
CREATE TABLE b (c integer[]);
CREATE TABLE a PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE VIEW v AS SELECT c FROM b;
