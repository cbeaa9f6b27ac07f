-- Addresses of the objects that people made: in a schema, or of a kind that has none. Parts of others, and what belongs to an
-- extension, are left out.
SELECT DISTINCT d.classid::regclass || '/' || d.objid || '/0'
  FROM pg_catalog.pg_depend d
 WHERE d.objid >= 16384
   AND (d.refclassid = 'pg_namespace'::regclass OR d.classid IN ('pg_cast'::regclass, 'pg_transform'::regclass,
        'pg_foreign_server'::regclass, 'pg_event_trigger'::regclass, 'pg_publication_rel'::regclass))
   AND d.deptype = 'n'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid AND o.deptype IN ('e', 'i', 'P', 'S'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
                      AND (c.relkind = 't' OR c.relnamespace::regnamespace::text ~ '^pg_(toast|temp)'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
                      AND (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A' OR t.typnamespace::regnamespace::text ~ '^pg_(toast|temp)'))
 ORDER BY 1
