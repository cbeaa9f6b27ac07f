SELECT ARRAY[]::text[] AS path,
       d.classoid::regclass || '/' || d.objoid || '/' || d.objsubid AS parent,
       ARRAY[]::text[] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('comment', d.description, '_type', i.type, '_identity', i.identity) AS attrs
  FROM (SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description
         UNION ALL
        SELECT classoid, objoid, 0, description FROM pg_catalog.pg_shdescription WHERE classoid = 'pg_subscription'::regclass) d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND d.objoid = to_regnamespace('public')
        OR d.classoid = 'pg_extension'::regclass)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
