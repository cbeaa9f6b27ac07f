CREATE TABLE t (id int, name text);
CREATE VIEW v AS SELECT id, name FROM t;
CREATE VIEW above AS SELECT name FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM t;
CREATE INDEX m_name_idx ON m (name);
