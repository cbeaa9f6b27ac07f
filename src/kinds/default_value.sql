SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/' || a.attnum AS parent,
       ARRAY['pg_attrdef/' || d.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('expression', pg_get_expr(d.adbin, d.adrelid)) AS attrs
  FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND a.attgenerated = ''
