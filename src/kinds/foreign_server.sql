SELECT ARRAY[s.srvname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_foreign_server/' || s.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'wrapper', w.fdwname,
         'type', s.srvtype,
         'version', s.srvversion,
         'options', (SELECT coalesce(jsonb_object_agg(o.option_name, coalesce(o.option_value, '')), '{}') FROM pg_catalog.pg_options_to_table(s.srvoptions) o)) AS attrs
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 WHERE s.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
