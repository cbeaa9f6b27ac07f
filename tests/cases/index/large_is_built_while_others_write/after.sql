-- On a large table indexes are built and dropped concurrently, and what an index computes is analysed.
CREATE TABLE t (a int, b text);
CREATE INDEX t_a_idx ON t (a) WITH (fillfactor = 80) WHERE a > 0;
CREATE UNIQUE INDEX t_lower_idx ON t (lower(b));
COMMENT ON INDEX t_a_idx IS 'positive ones';
