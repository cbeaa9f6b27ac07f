SELECT ARRAY[n.nspname::text, c.relname::text, p.polname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_policy/' || p.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'command', p.polcmd,
         'permissive', p.polpermissive,
         'roles', (SELECT coalesce(jsonb_agg(r.rolname ORDER BY r.rolname), '[]')
                     FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)),
         'using', pg_get_expr(p.polqual, p.polrelid),
         'check', pg_get_expr(p.polwithcheck, p.polrelid)) AS attrs
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_policy'::regclass AND e.objid = p.oid AND e.deptype = 'e')
