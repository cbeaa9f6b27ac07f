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
         'unlogged', CASE WHEN c.relpersistence = 'u' THEN true END,
         -- The column whose serial type makes exactly this sequence: nothing else uses it, and its name and options are the automatic ones.
         '_serial', (SELECT jsonb_build_array(n.nspname, t.relname, a.attname)
                       FROM pg_catalog.pg_depend owned
                       JOIN pg_catalog.pg_class t ON t.oid = owned.refobjid AND t.relnamespace = c.relnamespace AND t.relkind IN ('r', 'p')
                        AND t.relpersistence = c.relpersistence AND NOT t.relispartition AND t.reloftype = 0
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = owned.refobjsubid AND a.attnotnull
                        AND a.atttypid = s.seqtypid AND a.attinhcount = 0
                      WHERE owned.classid = 'pg_class'::regclass AND owned.objid = c.oid AND owned.objsubid = 0 AND owned.deptype = 'a'
                        AND c.relname = t.relname || '_' || a.attname || '_seq' AND octet_length(c.relname) < 63
                        AND s.seqstart = 1 AND s.seqincrement = 1 AND s.seqmin = 1 AND s.seqcache = 1 AND NOT s.seqcycle
                        AND s.seqmax = CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END
                        AND (SELECT array_agg(used.classid::regclass::text || used.objid) FROM pg_catalog.pg_depend used
                              WHERE used.refclassid = 'pg_class'::regclass AND used.refobjid = c.oid AND used.deptype = 'n')
                          = (SELECT array_agg('pg_attrdef' || d.oid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = t.oid AND d.adnum = a.attnum)))) AS attrs
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
