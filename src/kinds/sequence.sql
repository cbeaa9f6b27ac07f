SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_class/' || c.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement, 'minimum', s.seqmin,
         'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle,
         '_column', (SELECT jsonb_build_array(tn.nspname, t.relname, a.attname)
                       FROM pg_catalog.pg_depend d
                       JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                       JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'a'
                        AND d.refclassid = 'pg_class'::regclass),
         'unlogged', CASE WHEN c.relpersistence = 'u' THEN true END)) AS attrs
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
