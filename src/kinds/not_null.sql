-- 18 and later: NOT NULL is a constraint with a name; before, a mark on the column.
SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/' || a.attnum AS parent,
       ARRAY['not_null/' || c.oid || '/' || a.attnum] || CASE WHEN k.oid IS NOT NULL THEN 'pg_constraint/' || k.oid || '/0' END AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'name', CASE WHEN k.coninhcount = 0 AND k.conname <> left(c.relname || '_' || a.attname || '_not_null', 63) THEN k.conname END,
         '_name', CASE WHEN k.coninhcount > 0 AND k.conname <> left(c.relname || '_' || a.attname || '_not_null', 63) THEN k.conname END,
         'no_inherit', CASE WHEN k.connoinherit THEN true END,
         'not_valid', CASE WHEN NOT k.convalidated THEN true END,
         '_constraint', k.conname,
         '_shared', CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_constraint x
                                       WHERE x.conname = k.conname AND x.connamespace = k.connamespace AND x.oid <> k.oid
                                         AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i
                                                           JOIN pg_catalog.pg_constraint p ON p.conrelid = i.inhparent
                                                          WHERE i.inhrelid = x.conrelid AND p.contype = 'n' AND p.conname = x.conname))
                         THEN true END,
         '_inherited', (SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
                          FROM pg_catalog.pg_inherits i
                          JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                          JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND pa.attnum > 0 AND pa.attnotnull
                         WHERE a.attinhcount > 0 AND i.inhrelid = c.oid AND coalesce(k.coninhcount > 0, true)),
         '_local', CASE WHEN k.oid IS NOT NULL THEN k.conislocal END)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
  LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
