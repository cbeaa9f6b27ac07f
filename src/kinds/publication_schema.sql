SELECT ARRAY[p.pubname::text, n.nspname::text] AS path,
       'pg_publication/' || p.oid || '/0' AS parent,
       ARRAY['pg_publication_namespace/' || r.oid || '/0'] AS addresses,
       ARRAY['pg_namespace/' || n.oid || '/0'] AS needs,
       jsonb_build_object() AS attrs
  FROM pg_catalog.pg_publication_namespace r
  JOIN pg_catalog.pg_publication p ON p.oid = r.pnpubid
  JOIN pg_catalog.pg_namespace n ON n.oid = r.pnnspid
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
