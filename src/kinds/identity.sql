-- From 17 on a partition's column has its parent's identity, and no sequence of its own.
SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/' || a.attnum AS parent,
       ARRAY['pg_class/' || s.seqrelid || '/0'] AS addresses,
       ARRAY['not_null/' || c.oid || '/' || a.attnum] AS needs,
       jsonb_build_object(
         'generated', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
         'sequence', jsonb_build_object(
             'name', jsonb_build_array(sn.nspname, sc.relname), 'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement,
             'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle, 'persistence', sc.relpersistence)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> ''
  JOIN pg_catalog.pg_depend sd ON sd.classid = 'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass
                              AND sd.refobjid = c.oid AND sd.refobjsubid = a.attnum AND sd.deptype = 'i'
  JOIN pg_catalog.pg_sequence s ON s.seqrelid = sd.objid
  JOIN pg_catalog.pg_class sc ON sc.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
