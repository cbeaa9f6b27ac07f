SELECT ARRAY[n.nspname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_namespace/' || n.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object() AS attrs
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
