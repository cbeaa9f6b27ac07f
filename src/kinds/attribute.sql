SELECT ARRAY[n.nspname::text, t.typname::text, a.attname::text] AS path,
       'pg_type/' || t.oid || '/0' AS parent,
       ARRAY['pg_class/' || a.attrelid || '/' || a.attnum] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
         'collation', CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END,
         '_position', a.attnum) AS attrs
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'c'
  JOIN pg_catalog.pg_type t ON t.oid = c.reltype
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
