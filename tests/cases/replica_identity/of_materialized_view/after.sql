-- A materialized view has a replica identity too.
CREATE TABLE t (id int);
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
ALTER TABLE m REPLICA IDENTITY FULL;
