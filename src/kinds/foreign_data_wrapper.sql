SELECT ARRAY[w.fdwname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_foreign_data_wrapper/' || w.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'handler', nullif(w.fdwhandler, 0)::regproc::text,
         'validator', nullif(w.fdwvalidator, 0)::regproc::text,
         'options', (SELECT coalesce(jsonb_object_agg(o.option_name, coalesce(o.option_value, '')), '{}') FROM pg_catalog.pg_options_to_table(w.fdwoptions) o)) AS attrs
  FROM pg_catalog.pg_foreign_data_wrapper w
 WHERE w.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
