-- The locale of ICU is in collcollate up to 14, colliculocale in 15 and 16, colllocale from 17; rules came with 16.
SELECT ARRAY[n.nspname::text, c.collname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_collation/' || c.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'provider', CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
         'locale', CASE WHEN c.collprovider <> 'c' THEN coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate::text) END,
         'lc_collate', CASE WHEN c.collprovider = 'c' THEN c.collcollate::text END,
         'lc_ctype', CASE WHEN c.collprovider = 'c' THEN c.collctype::text END,
         'rules', to_jsonb(c) ->> 'collicurules',
         'deterministic', c.collisdeterministic,
         '_any_encoding', c.collprovider = 'c' AND c.collencoding = -1) AS attrs
  FROM pg_catalog.pg_collation c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid >= 16384 AND c.collprovider <> 'd'
   AND c.collencoding IN (-1, (SELECT b.encoding FROM pg_catalog.pg_database b WHERE b.datname = current_database()))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e')
