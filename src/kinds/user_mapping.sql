-- The view, as nobody but superusers may read pg_user_mapping; it hides the options from those who may not use them, and the
-- condition of the options is the view's own.
SELECT ARRAY[m.srvname::text, CASE WHEN m.umuser = 0 THEN 'public' ELSE m.usename::text END] AS path,
       'pg_foreign_server/' || m.srvid || '/0' AS parent,
       ARRAY['pg_user_mapping/' || m.umid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('secret_options', CASE
         WHEN (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
           OR m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')
           OR m.umuser <> 0 AND m.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))
         THEN (SELECT coalesce(jsonb_object_agg(o.option_name, coalesce(o.option_value, '')), '{}') FROM pg_catalog.pg_options_to_table(m.umoptions) o) END) AS attrs
  FROM pg_catalog.pg_user_mappings m
  JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
 WHERE m.umid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_user_mapping'::regclass AND e.objid = m.umid AND e.deptype = 'e')
