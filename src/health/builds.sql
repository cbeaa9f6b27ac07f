-- Indexes of this database that are being built (manual 28.4.4).
SELECT p.pid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS "table", coalesce(i.relname::text, '') AS index, p.phase,
       CASE WHEN p.blocks_total > 0 THEN 100.0 * p.blocks_done / p.blocks_total
            WHEN p.tuples_total > 0 THEN 100.0 * p.tuples_done / p.tuples_total ELSE 0 END::float8 AS percent
  FROM pg_catalog.pg_stat_progress_create_index p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class i ON i.oid = p.index_relid
 WHERE p.datname = pg_catalog.current_database()
 ORDER BY p.pid
