-- Open transactions of this database: those of sessions, and prepared ones (manual 28.2.3, 54.17). Queries are left out, as
-- they may hold values.
SELECT a.pid, a.usename::text AS role, a.application_name AS application,
       a.state LIKE 'idle in transaction%' AS idle, false AS prepared,
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 AS seconds,
       extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::float8 AS waiting
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = pg_catalog.current_database() AND a.xact_start IS NOT NULL AND a.backend_type = 'client backend'
   AND a.pid <> pg_catalog.pg_backend_pid()
UNION ALL
SELECT NULL, p.owner::text, p.gid, false, true,
       extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8, 0
  FROM pg_catalog.pg_prepared_xacts p
 WHERE p.database = pg_catalog.current_database()
