-- What pg_stat_statements knows of this database (manual F.32). Only statements whose constants it takes out, and none that
-- it could not take out. What reads the catalogs is ours, or another tool's, and not the application's.
SELECT s.queryid::text AS id,
       pg_catalog.left(pg_catalog.regexp_replace(pg_catalog.regexp_replace(min(s.query), '''([^'']|'''')*''', '''…''', 'g'), '\s+', ' ', 'g'), 200) AS text,
       sum(s.calls)::float8 AS calls, sum(s.total_exec_time)::float8 AS milliseconds
  FROM {schema}.pg_stat_statements s
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND s.queryid IS NOT NULL AND s.query !~ 'pg_catalog\.' AND s.query ~* '^(\s|/\*([^*]|\*[^/])*\*/)*(select|insert|update|delete|merge|with)\y'
 GROUP BY s.queryid
 ORDER BY milliseconds DESC, id
 LIMIT 500
