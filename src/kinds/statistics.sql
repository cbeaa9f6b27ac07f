SELECT ARRAY[n.nspname::text, s.stxname::text] AS path,
       'pg_class/' || s.stxrelid || '/0' AS parent,
       ARRAY['pg_statistic_ext/' || s.oid || '/0'] AS addresses,
       ARRAY['pg_namespace/' || n.oid || '/0'] AS needs,
       jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid),
                          'target', nullif(to_jsonb(s) ->> 'stxstattarget', '-1')::int) AS attrs
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
 WHERE s.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = s.oid AND e.deptype = 'e')
