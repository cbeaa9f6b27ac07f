-- A loose member of the family for the class's own type must come before the class: added later it would belong to the class
-- (14 and later, btree and hash).
SELECT ARRAY[n.nspname::text, c.opcname::text, m.amname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_opclass/' || c.oid || '/0']
         || ARRAY(SELECT d.classid::regclass || '/' || d.objid || '/0' FROM pg_catalog.pg_depend d
                   WHERE d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
                     AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid) AS addresses,
       ARRAY(SELECT 'pg_amop/' || o.oid || '/0' FROM pg_catalog.pg_amop o
              WHERE m.amname IN ('btree', 'hash') AND o.amopfamily = c.opcfamily
                AND o.amoplefttype = c.opcintype AND o.amoprighttype = c.opcintype
              UNION ALL
             SELECT 'pg_amproc/' || p.oid || '/0' FROM pg_catalog.pg_amproc p
              WHERE m.amname IN ('btree', 'hash') AND p.amprocfamily = c.opcfamily AND p.amprocnum = 1
                AND p.amproclefttype = c.opcintype AND p.amprocrighttype = c.opcintype) AS needs,
       jsonb_build_object(
         'type', format_type(c.opcintype, NULL),
         'default', c.opcdefault,
         'family', (SELECT jsonb_build_array(s.nspname, f.opfname) FROM pg_catalog.pg_opfamily f
                      JOIN pg_catalog.pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = c.opcfamily),
         'storage', CASE WHEN c.opckeytype NOT IN (0, c.opcintype) THEN format_type(c.opckeytype, NULL) END,
         'operators', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'number', o.amopstrategy,
                                'is', o.amopopr::regoperator::text,
                                'sort_family', (SELECT jsonb_build_array(s.nspname, f.opfname) FROM pg_catalog.pg_opfamily f
                                                  JOIN pg_catalog.pg_namespace s ON s.oid = f.opfnamespace
                                                 WHERE f.oid = o.amopsortfamily))
                              ORDER BY o.amopstrategy, o.amopopr::regoperator::text COLLATE "C"), '[]')
                         FROM pg_catalog.pg_amop o
                         JOIN pg_catalog.pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = o.oid
                        WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid),
         'functions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'number', p.amprocnum,
                                'left', format_type(p.amproclefttype, NULL),
                                'right', format_type(p.amprocrighttype, NULL),
                                'is', p.amproc::regprocedure::text)
                              ORDER BY p.amprocnum, p.amproc::regprocedure::text COLLATE "C"), '[]')
                         FROM pg_catalog.pg_amproc p
                         JOIN pg_catalog.pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = p.oid
                        WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid)) AS attrs
  FROM pg_catalog.pg_opclass c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
  JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_opclass'::regclass AND e.objid = c.oid AND e.deptype = 'e')
