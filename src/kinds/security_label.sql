-- Labels of roles and databases belong to the cluster; those of subscriptions are stored beside them.
SELECT ARRAY[l.provider] AS path,
       l.classoid::regclass || '/' || l.objoid || '/' || l.objsubid AS parent,
       ARRAY['security_label/' || l.classoid || '.' || l.objoid || '.' || l.objsubid || '.' || l.provider || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'label', l.label,
         '_type', o.type, '_identity', o.identity) AS attrs
  FROM (SELECT s.classoid, s.objoid, s.objsubid, s.provider, s.label FROM pg_catalog.pg_seclabel s
         UNION ALL
        SELECT s.classoid, s.objoid, 0, s.provider, s.label FROM pg_catalog.pg_shseclabel s
         WHERE s.classoid = 'pg_subscription'::regclass) l
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) o
 WHERE l.objoid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = l.classoid AND e.objid = l.objoid AND e.deptype = 'e')
