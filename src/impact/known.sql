-- Every relation of the user's: what a later look is compared with.
SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'oid', c.oid::bigint,
    'schema', n.nspname,
    'name', c.relname,
    'kind', c.relkind,
    'file', c.relfilenode::bigint,
    'table', i.indrelid::bigint,
    'scans', coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0),
    'rows', coalesce(pg_catalog.pg_stat_get_xact_tuples_returned(c.oid), 0))), '[]')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
