SELECT ARRAY[pg_catalog.format_type(t.trftype, NULL), l.lanname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_transform/' || t.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'from_sql', nullif(t.trffromsql::oid, 0)::regprocedure::text,
         'to_sql', nullif(t.trftosql::oid, 0)::regprocedure::text) AS attrs
  FROM pg_catalog.pg_transform t
  JOIN pg_catalog.pg_language l ON l.oid = t.trflang
 WHERE t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_transform'::regclass AND e.objid = t.oid AND e.deptype = 'e')
