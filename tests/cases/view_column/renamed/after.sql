-- Columns of views that only change their names are renamed: what stands on them stays.
CREATE TABLE t (id int, name text);
CREATE VIEW v AS SELECT id, name AS label FROM t;
CREATE VIEW above AS SELECT label AS name FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, name AS label FROM t;
CREATE INDEX m_name_idx ON m (label);
