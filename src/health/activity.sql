-- What this database has done since its statistics began (manual 28.2.17).
SELECT blks_hit::float8 AS hit, blks_read::float8 AS read, deadlocks::float8 AS deadlocks, temp_bytes::float8 AS temporary,
       xact_commit::float8 AS commits, xact_rollback::float8 AS rollbacks
  FROM pg_catalog.pg_stat_database
 WHERE datname = pg_catalog.current_database()
