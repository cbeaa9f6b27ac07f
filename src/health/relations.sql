-- The largest tables and materialized views, as VACUUM and ANALYZE last saw them: no lock is asked for (manual 52.11, 28.2.19).
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, greatest(c.reltuples, 0)::float8 AS rows,
       (c.relpages + coalesce(t.relpages, 0))::float8 * size.block AS bytes,
       (SELECT coalesce(sum(i.relpages), 0)::float8 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
         WHERE x.indrelid = c.oid) * size.block AS indexes,
       coalesce(s.n_dead_tup, 0)::float8 AS dead,
       pg_catalog.to_char(greatest(s.last_vacuum, s.last_autovacuum) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS vacuumed,
       pg_catalog.to_char(greatest(s.last_analyze, s.last_autoanalyze) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS analyzed
  FROM pg_catalog.pg_class c
  CROSS JOIN (SELECT current_setting('block_size')::float8) size(block)
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
 WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 ORDER BY c.relpages + coalesce(t.relpages, 0) DESC, name
 LIMIT 25
