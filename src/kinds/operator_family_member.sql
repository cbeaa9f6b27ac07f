-- Operators and functions of a family that belong to none of its classes. A family that is not the user's own may have some
-- too; then one counts as the user's when its operator or function is.
SELECT ARRAY[n.nspname::text, f.opfname::text, m.amname::text, member.kind, member.number::text,
             format_type(member.lefttype, NULL), format_type(member.righttype, NULL)] AS path,
       CASE WHEN own.family THEN 'pg_opfamily/' || f.oid || '/0' END AS parent,
       ARRAY[member.address] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('is', member.identity,
                          'sort_family', (SELECT jsonb_build_array(s.nspname, b.opfname) FROM pg_catalog.pg_opfamily b
                                            JOIN pg_catalog.pg_namespace s ON s.oid = b.opfnamespace
                                           WHERE b.oid = member.sortfamily)) AS attrs
  FROM (SELECT 'operator' AS kind, 'pg_amop'::regclass AS class, o.oid, 'pg_amop/' || o.oid || '/0' AS address,
               o.amopfamily AS family, o.amopstrategy AS number, o.amoplefttype AS lefttype, o.amoprighttype AS righttype,
               o.amopopr::regoperator::text AS identity, nullif(o.amopsortfamily, 0) AS sortfamily,
               'pg_operator'::regclass AS refclass, o.amopopr AS ref
          FROM pg_catalog.pg_amop o
         UNION ALL
        SELECT 'function', 'pg_amproc'::regclass, p.oid, 'pg_amproc/' || p.oid || '/0',
               p.amprocfamily, p.amprocnum, p.amproclefttype, p.amprocrighttype,
               p.amproc::regprocedure::text, NULL, 'pg_proc'::regclass, p.amproc::oid
          FROM pg_catalog.pg_amproc p) member
  JOIN pg_catalog.pg_opfamily f ON f.oid = member.family
  JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
  JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
 CROSS JOIN LATERAL (SELECT f.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                             WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e') AS family,
                            member.ref >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                             WHERE e.classid = member.refclass AND e.objid = member.ref AND e.deptype = 'e') AS ref) own
 WHERE member.oid >= 16384 AND (own.family OR own.ref)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend c WHERE c.classid = member.class AND c.objid = member.oid
                      AND c.refclassid = 'pg_opclass'::regclass)
