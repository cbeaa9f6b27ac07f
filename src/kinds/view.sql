SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_class/' || c.oid || '/0', 'pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0', 'pg_rewrite/' || r.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'query', pg_get_viewdef(c.oid),
         'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'name', a.attname,
                              'type', format_type(a.atttypid, a.atttypmod),
                              'collation', CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END)
                            ORDER BY a.attnum), '[]')
                       FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
         'options', (SELECT coalesce(jsonb_agg(jsonb_build_array(o.option_name, o.option_value)), '[]') FROM pg_options_to_table(c.reloptions) o)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = c.reltype
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
 WHERE c.relkind = 'v' AND c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
