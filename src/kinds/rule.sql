SELECT ARRAY[n.nspname::text, c.relname::text, r.rulename::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_rewrite/' || r.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled) AS attrs
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE r.oid >= 16384 AND r.rulename <> '_RETURN'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_rewrite'::regclass AND e.objid = r.oid AND e.deptype = 'e')
