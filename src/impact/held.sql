-- The relations that this transaction holds locks on, as they are now, with what was read of them so far.
WITH held AS (
    SELECT l.relation AS oid, pg_catalog.jsonb_agg(l.mode) AS modes
    FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.relation >= 16384
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    GROUP BY l.relation)
SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'oid', h.oid::bigint,
    'modes', h.modes,
    'schema', n.nspname,
    'name', c.relname,
    'kind', c.relkind,
    'file', c.relfilenode::bigint,
    'table', i.indrelid::bigint,
    'scans', coalesce(pg_catalog.pg_stat_get_xact_numscans(h.oid), 0),
    'rows', coalesce(pg_catalog.pg_stat_get_xact_tuples_returned(h.oid), 0),
    'method', a.amname,
    'keys', (
        SELECT pg_catalog.jsonb_agg(pg_catalog.format_type(t.atttypid, NULL) ORDER BY t.attnum)
        FROM pg_catalog.pg_attribute t
        WHERE c.relkind = 'i' AND t.attrelid = c.oid)) ORDER BY h.oid), '[]')
FROM held h
LEFT JOIN pg_catalog.pg_class c ON c.oid = h.oid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE n.nspname IS NULL OR n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
