-- What is no object of its own here has a comment that is one more of the object's that has it: the NOT NULL of a domain, a
-- constraint since 17; the index of a key; the row type of a relation, the multirange of a range, arrays.
SELECT CASE WHEN k.oid IS NOT NULL THEN ARRAY['constraint ' || k.conname]
            WHEN d.classoid = 'pg_class'::regclass AND d.objsubid = 0
             AND EXISTS (SELECT FROM pg_catalog.pg_constraint x WHERE x.conindid = d.objoid AND x.contype IN ('p', 'u', 'x')) THEN ARRAY['index']
            WHEN d.classoid = 'pg_type'::regclass
             AND EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = d.classoid AND x.objid = d.objoid AND x.deptype = 'i')
            THEN ARRAY['type ' || i.identity]
            ELSE ARRAY[]::text[] END AS path,
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
