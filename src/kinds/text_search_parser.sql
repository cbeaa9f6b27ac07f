SELECT ARRAY[n.nspname::text, p.prsname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_ts_parser/' || p.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'start', p.prsstart::text,
         'gettoken', p.prstoken::text,
         'end', p.prsend::text,
         'lextypes', p.prslextype::text,
         'headline', nullif(p.prsheadline::oid, 0)::regproc::text) AS attrs
  FROM pg_catalog.pg_ts_parser p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_ts_parser'::regclass AND e.objid = p.oid AND e.deptype = 'e')
