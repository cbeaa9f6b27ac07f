-- Two views that read each other: one of them stands as a stub first.
CREATE TABLE t (a integer, b text COLLATE "C");
CREATE VIEW one AS SELECT 1 AS a, 'x' COLLATE "C" AS b;
CREATE VIEW other WITH (security_barrier) AS SELECT a, b FROM one;
CREATE OR REPLACE VIEW one WITH (security_barrier) AS SELECT a, b FROM t WHERE EXISTS (SELECT NULL::other);
CREATE RULE kept AS ON DELETE TO one DO INSTEAD NOTHING;
