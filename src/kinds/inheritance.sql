SELECT ARRAY[n.nspname::text, c.relname::text, pn.nspname::text, p.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_inherits/' || c.oid || '/' || p.oid] AS addresses,
       ARRAY['pg_class/' || p.oid || '/0'] AS needs,
       jsonb_build_object(
         'parents', (SELECT jsonb_agg(jsonb_build_array(an.nspname, a.relname) ORDER BY ai.inhseqno)
                       FROM pg_catalog.pg_inherits ai
                       JOIN pg_catalog.pg_class a ON a.oid = ai.inhparent
                       JOIN pg_catalog.pg_namespace an ON an.oid = a.relnamespace
                      WHERE ai.inhrelid = c.oid)) AS attrs
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relkind IN ('r', 'f') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname !~ '^pg_'
