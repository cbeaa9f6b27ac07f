-- Standbys and how far behind they are, and slots and what WAL they keep (manual 28.2.4, 54.20).
WITH here(lsn) AS (
    SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END
)
SELECT false AS slot, coalesce(nullif(r.application_name, ''), r.client_addr::text, r.pid::text) AS name, true AS active,
       extract(epoch FROM r.replay_lag)::float8 AS seconds, pg_catalog.pg_wal_lsn_diff(here.lsn, r.replay_lsn)::float8 AS bytes,
       NULL AS wal_status
  FROM pg_catalog.pg_stat_replication r, here
UNION ALL
SELECT true, s.slot_name::text, s.active, NULL, pg_catalog.pg_wal_lsn_diff(here.lsn, s.restart_lsn)::float8, s.wal_status
  FROM pg_catalog.pg_replication_slots s, here
 ORDER BY 1, 2
