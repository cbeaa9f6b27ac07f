-- A shell (no function yet) came with an operator that names it as its commutator or negator, and needs that one.
SELECT ARRAY[n.nspname::text, o.oprname::text, coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'),
             coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE')] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_operator/' || o.oid || '/0'] AS addresses,
       ARRAY(SELECT 'pg_operator/' || r.oid || '/0' FROM pg_catalog.pg_operator r
              WHERE o.oprcode = 0 AND r.oprcode <> 0 AND o.oid IN (r.oprcom, r.oprnegate)
              UNION
             SELECT 'pg_namespace/' || r.oprnamespace || '/0' FROM pg_catalog.pg_operator r
              WHERE r.oid IN (o.oprcom, o.oprnegate)) AS needs,
       jsonb_build_object(
         'function', nullif(o.oprcode::oid, 0)::regproc::text,
         'commutator', (SELECT jsonb_build_array(s.nspname, r.oprname, coalesce(format_type(nullif(r.oprleft, 0), NULL), 'NONE'),
                                                 coalesce(format_type(nullif(r.oprright, 0), NULL), 'NONE'))
                          FROM pg_catalog.pg_operator r JOIN pg_catalog.pg_namespace s ON s.oid = r.oprnamespace WHERE r.oid = o.oprcom),
         'negator', (SELECT jsonb_build_array(s.nspname, r.oprname, coalesce(format_type(nullif(r.oprleft, 0), NULL), 'NONE'),
                                              coalesce(format_type(nullif(r.oprright, 0), NULL), 'NONE'))
                       FROM pg_catalog.pg_operator r JOIN pg_catalog.pg_namespace s ON s.oid = r.oprnamespace WHERE r.oid = o.oprnegate),
         'restrict', nullif(o.oprrest::oid, 0)::regproc::text,
         'join', nullif(o.oprjoin::oid, 0)::regproc::text,
         'hashes', o.oprcanhash,
         'merges', o.oprcanmerge) AS attrs
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
 WHERE o.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e')
