-- Sessions of this database that wait for a lock, since when, and for whom (manual 54.12; waitstart is new in 14).
SELECT l.pid, l.mode,
       coalesce(pg_catalog.format('%I.%I', n.nspname, c.relname), l.locktype) AS what,
       coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart), 0)::float8 AS seconds,
       pg_catalog.pg_blocking_pids(l.pid) AS blockers
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT l.granted
 ORDER BY seconds DESC, l.pid
