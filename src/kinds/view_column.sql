SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_class/' || c.oid || '/' || a.attnum]
         || ARRAY(SELECT 'pg_attrdef/' || d.oid || '/0' FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum) AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'default', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum),
         'statistics', CASE WHEN c.relkind = 'm' THEN nullif(to_jsonb(a) ->> 'attstattarget', '-1')::int END,
         'storage', CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage END,
         'compression', CASE WHEN c.relkind = 'm' THEN nullif(a.attcompression, '') END,
         'options', (SELECT coalesce(jsonb_agg(jsonb_build_array(o.option_name, o.option_value)), '[]') FROM pg_options_to_table(a.attoptions) o),
         '_type', format_type(a.atttypid, a.atttypmod),
         '_position', a.attnum,
         '_type_storage', t.typstorage) AS attrs
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
