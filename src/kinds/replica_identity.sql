SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY[]::text[] AS addresses,
       coalesce(ARRAY['pg_class/' || x.indexrelid || '/0'], ARRAY[]::text[]) AS needs,
       jsonb_strip_nulls(jsonb_build_object('identity', c.relreplident, 'index', ic.relname)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index x ON c.relreplident = 'i' AND x.indrelid = c.oid AND x.indisreplident
  LEFT JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid
 WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND (c.relreplident IN ('f', 'n') OR x.indexrelid IS NOT NULL)
