SELECT ARRAY[a.amname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_am/' || a.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'type', CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END,
         'handler', a.amhandler::text) AS attrs
  FROM pg_catalog.pg_am a
 WHERE a.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_am'::regclass AND e.objid = a.oid AND e.deptype = 'e')
