-- Indexes that are invalid, the same as another, or never read. Those of partitions count with their partitioned table's.
-- Sizes are those that VACUUM and ANALYZE last saw: to ask for others is to wait for locks.
WITH index AS (
    SELECT i.*, c.relname, c.relam, c.relnamespace, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
           pg_catalog.format('%I.%I', tn.nspname, t.relname) AS of,
           i.indisunique OR i.indisexclusion OR i.indisreplident
             OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid) AS binds,
           ROW(i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, i.indnkeyatts, c.relam,
               pg_catalog.pg_get_expr(i.indexprs, i.indrelid), pg_catalog.pg_get_expr(i.indpred, i.indrelid)) AS keys
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') AND t.relpersistence <> 't'
), top AS (
    SELECT s.relid, s.indexrelid, s.idx_scan, coalesce(
             (SELECT a.relid FROM pg_catalog.pg_partition_ancestors(s.indexrelid) a(relid)
               WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = a.relid)), s.indexrelid) AS root
      FROM pg_catalog.pg_stat_user_indexes s
), usage AS (
    SELECT top.root, sum(top.idx_scan) AS scans, sum(c.relpages::bigint) * current_setting('block_size')::bigint AS bytes,
           sum(coalesce(t.seq_scan, 0) + coalesce(t.idx_scan, 0)) AS reads
      FROM top
      JOIN pg_catalog.pg_class c ON c.oid = top.indexrelid
      JOIN pg_catalog.pg_stat_user_tables t ON t.relid = top.relid
     GROUP BY top.root
)
SELECT 'invalid' AS fault, i.name, i.of, NULL AS other, 0::float8 AS bytes, 0::float8 AS reads
  FROM index i
 WHERE NOT i.indisvalid AND i.indexrelid NOT IN (SELECT p.index_relid FROM pg_catalog.pg_stat_progress_create_index p)
UNION ALL
SELECT DISTINCT ON (a.name) 'duplicate', a.name, a.of, b.name, coalesce(u.bytes, 0)::float8, 0
  FROM index a
  JOIN index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.keys IS NOT DISTINCT FROM a.keys
  LEFT JOIN usage u ON u.root = a.indexrelid
 WHERE a.indisvalid AND b.indisvalid AND NOT a.binds AND (b.binds OR a.indexrelid > b.indexrelid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = a.indexrelid)
UNION ALL
SELECT 'unused', i.name, i.of, NULL, u.bytes::float8, u.reads::float8
  FROM index i JOIN usage u ON u.root = i.indexrelid
 WHERE i.indisvalid AND NOT i.binds AND u.scans = 0
 ORDER BY 1, 2
