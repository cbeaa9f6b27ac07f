SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_class/' || c.oid || '/' || a.attnum]
         || CASE WHEN a.attgenerated <> '' THEN 'pg_attrdef/' || d.oid || '/0' END AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'type', format_type(a.atttypid, a.atttypmod),
         'collation', CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
         'generated', CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END,
         'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
         'foreign_options', (SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(a.attfdwoptions) o),
         '_typed', CASE WHEN c.reloftype <> 0 THEN true END,
         '_partition', CASE WHEN c.relispartition THEN true END,
         '_base_type', format_type(a.atttypid, NULL),
         '_category', t.typcategory,
         '_position', a.attnum,
         '_local', a.attislocal,
         '_inherited', (SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
                          FROM pg_catalog.pg_inherits i
                          JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                          JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND pa.attnum > 0
                         WHERE a.attinhcount > 0 AND i.inhrelid = c.oid))) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON a.attgenerated <> '' AND d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
