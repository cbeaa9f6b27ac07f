-- The client sessions of the whole server, and how many of them there may be (manual 20.3.1, 28.2.3).
-- What a role may not see of others has no backend_type.
SELECT count(*) AS used,
       count(*) FILTER (WHERE query = '<insufficient privilege>') AS hidden,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS room
  FROM pg_catalog.pg_stat_activity
 WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
