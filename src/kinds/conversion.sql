SELECT ARRAY[n.nspname::text, c.conname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_conversion/' || c.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'default', c.condefault,
         'source', pg_catalog.pg_encoding_to_char(c.conforencoding),
         'target', pg_catalog.pg_encoding_to_char(c.contoencoding),
         'function', c.conproc::text) AS attrs
  FROM pg_catalog.pg_conversion c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_conversion'::regclass AND e.objid = c.oid AND e.deptype = 'e')
