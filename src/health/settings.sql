-- Settings that a production server has on: without the first two tables bloat and plans go wrong, without the others a crash
-- loses the data (manual 20.5.1, 20.9, 20.10).
SELECT name FROM pg_catalog.pg_settings
 WHERE name IN ('autovacuum', 'track_counts', 'fsync', 'full_page_writes') AND setting = 'off'
 ORDER BY name
