-- The NOT NULL of a domain, a constraint since 17, is no object of its own here: its comment is one more of the domain's.
SELECT CASE WHEN k.oid IS NULL THEN ARRAY[]::text[] ELSE ARRAY['constraint ' || k.conname] END AS path,
       coalesce('pg_type/' || k.contypid || '/0', d.classoid::regclass || '/' || d.objoid || '/' || d.objsubid) AS parent,
       ARRAY[]::text[] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('comment', d.description, '_type', i.type, '_identity', i.identity) AS attrs
  FROM (SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description
         UNION ALL
        SELECT classoid, objoid, 0, description FROM pg_catalog.pg_shdescription WHERE classoid = 'pg_subscription'::regclass) d
       CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
       LEFT JOIN pg_catalog.pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid AND k.contype = 'n' AND k.contypid <> 0
 WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND d.objoid = to_regnamespace('public')
        OR d.classoid = 'pg_extension'::regclass)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
