SELECT ARRAY[n.nspname::text, s.stxname::text] AS path,
       'pg_class/' || s.stxrelid || '/0' AS parent,
       ARRAY['pg_statistic_ext/' || s.oid || '/0'] AS addresses,
       ARRAY['pg_namespace/' || n.oid || '/0'] AS needs,
       -- The columns by name: they are printed by their position, which says nothing.
       jsonb_build_object('definition', replace(pg_get_statisticsobjdef(s.oid), ' ON ' || l.printed || ' FROM ',
                                                ' ON ' || c.by_name || substr(l.printed, length(c.by_position) + 1) || ' FROM '),
                          'target', nullif(to_jsonb(s) ->> 'stxstattarget', '-1')::int) AS attrs
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
 CROSS JOIN LATERAL (SELECT pg_get_statisticsobjdef_columns(s.oid)) AS l(printed)
 CROSS JOIN LATERAL (SELECT coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C"), ''),
                            coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '')
                       FROM pg_catalog.pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS c(by_name, by_position)
 WHERE s.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = s.oid AND e.deptype = 'e')
