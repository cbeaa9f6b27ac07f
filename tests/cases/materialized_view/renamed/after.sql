-- A materialized view is renamed with what it holds.
CREATE TABLE t (id int);
-- schemagen: renamed from m
CREATE MATERIALIZED VIEW n AS SELECT id FROM t;
CREATE UNIQUE INDEX n_id_idx ON n (id);
