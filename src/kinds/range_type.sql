-- The constructors, the multirange type and the cast to it come and go with the range.
SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_depend b ON b.classid = d.refclassid AND b.objid = d.refobjid
                          WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_proc'::regclass
                            AND b.refclassid = 'pg_type'::regclass AND b.refobjid = t.oid)
            THEN 'shell_type/' || t.oid || '/0' ELSE 'pg_namespace/' || n.oid || '/0' END AS parent,
       ARRAY['pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0', 'pg_type/' || m.oid || '/0', 'pg_type/' || m.typarray || '/0']
         || ARRAY(SELECT i.classid::regclass || '/' || i.objid || '/0'
                    FROM pg_catalog.pg_depend i
                   WHERE i.refclassid = 'pg_type'::regclass AND i.refobjid IN (t.oid, m.oid)
                     AND i.classid IN ('pg_proc'::regclass, 'pg_cast'::regclass) AND i.deptype = 'i') AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'subtype', pg_catalog.format_type(r.rngsubtype, NULL),
         'operator_class', CASE WHEN NOT o.opcdefault THEN o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) END,
         'collation', CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END,
         'canonical', nullif(r.rngcanonical::oid, 0)::regproc::text,
         'difference', nullif(r.rngsubdiff::oid, 0)::regproc::text,
         'multirange', jsonb_build_array(mn.nspname, m.typname)) AS attrs
  FROM pg_catalog.pg_range r
  JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
  JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
  JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
 WHERE t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
