SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY[]::text[] AS addresses,
       ARRAY['pg_class/' || ic.oid || '/0'] AS needs,
       jsonb_build_object('index', ic.relname, '_materialized', c.relkind = 'm') AS attrs
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE x.indisclustered AND c.oid >= 16384 AND n.nspname !~ '^pg_'
