SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('labels', (SELECT coalesce(jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')
                                       FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)) AS attrs
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
