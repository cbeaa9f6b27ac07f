WITH owned(class, oid, owner) AS (
  SELECT 'pg_namespace'::regclass, oid, nspowner FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT 'pg_class'::regclass, c.oid, c.relowner FROM pg_catalog.pg_class c
   WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.oid >= 16384
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass)
  UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typowner FROM pg_catalog.pg_type t
   WHERE t.oid >= 16384 AND t.typtype IN ('b', 'c', 'd', 'e', 'r', 'p') AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')
     AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_catalog.pg_proc WHERE oid >= 16384
  UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_catalog.pg_operator WHERE oid >= 16384
  UNION ALL SELECT 'pg_opclass'::regclass, oid, opcowner FROM pg_catalog.pg_opclass WHERE oid >= 16384
  UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner FROM pg_catalog.pg_opfamily WHERE oid >= 16384
  UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_catalog.pg_collation WHERE oid >= 16384
  UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner FROM pg_catalog.pg_conversion WHERE oid >= 16384
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
  UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_catalog.pg_ts_config WHERE oid >= 16384
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxowner FROM pg_catalog.pg_statistic_ext WHERE oid >= 16384
  UNION ALL SELECT 'pg_language'::regclass, oid, lanowner FROM pg_catalog.pg_language WHERE oid >= 16384
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner FROM pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_catalog.pg_foreign_server WHERE oid >= 16384
  UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner FROM pg_catalog.pg_publication WHERE oid >= 16384
  UNION ALL SELECT 'pg_subscription'::regclass, oid, subowner FROM pg_catalog.pg_subscription
  UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_catalog.pg_event_trigger WHERE oid >= 16384)
SELECT ARRAY[]::text[] AS path,
       o.class || '/' || o.oid || '/0' AS parent,
       ARRAY['owner/' || o.class || '/' || o.oid] AS addresses,
       -- A table takes its sequences along to a new owner, so they are attached before.
       ARRAY(SELECT 'owned_by/' || d.objid FROM pg_catalog.pg_depend d
              WHERE o.class = 'pg_class'::regclass AND d.refclassid = o.class AND d.refobjid = o.oid AND d.classid = o.class AND d.deptype = 'a'
                AND d.refobjsubid > 0) AS needs,
       jsonb_build_object('role', pg_get_userbyid(o.owner), '_type', i.type, '_identity', i.identity) AS attrs
  FROM owned o, LATERAL pg_identify_object(o.class, o.oid, 0) i
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype IN ('e', 'i'))
