SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/' || a.attnum AS parent,
       ARRAY[]::text[] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'statistics', nullif(a.attstattarget, -1),
         'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
         'compression', nullif(a.attcompression, ''),
         'options', (SELECT jsonb_agg(jsonb_build_array(o.option_name, o.option_value)) FROM pg_options_to_table(a.attoptions) o),
         '_type_storage', t.typstorage, '_foreign', c.relkind = 'f')) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
   AND (a.attstattarget >= 0 OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attoptions IS NOT NULL)
