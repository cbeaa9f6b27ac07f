-- A shell that stays one, and the shell that every base type starts as (also a range whose canonical function takes the range):
-- the functions a type is made of need the shell, all else needs the type. 'becomes' is what cannot be changed in place afterwards.
SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       CASE WHEN t.typisdefined THEN ARRAY['shell_type/' || t.oid || '/0']
            ELSE ARRAY['shell_type/' || t.oid || '/0', 'pg_type/' || t.oid || '/0'] END AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object('becomes', CASE
         WHEN r.rngtypid IS NOT NULL THEN jsonb_build_object(
           'subtype', pg_catalog.format_type(r.rngsubtype, NULL),
           'operator_class', (SELECT o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc),
           'collation', nullif(r.rngcollation, 0)::regcollation::text,
           'canonical', nullif(r.rngcanonical::oid, 0)::regproc::text,
           'difference', nullif(r.rngsubdiff::oid, 0)::regproc::text,
           'multirange', pg_catalog.format_type(r.rngmultitypid, NULL))
         WHEN t.typisdefined THEN jsonb_build_object(
           'input', t.typinput::text,
           'output', t.typoutput::text,
           'length', t.typlen,
           'by_value', t.typbyval,
           'alignment', t.typalign,
           'category', t.typcategory,
           'preferred', t.typispreferred,
           'default', t.typdefault,
           'element', CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END,
           'delimiter', t.typdelim,
           'collatable', t.typcollation <> 0) END) AS attrs
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
 WHERE t.oid >= 16384
   AND (NOT t.typisdefined
        OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type a WHERE a.typarray = t.oid)
        OR t.typtype = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_depend d
                                         JOIN pg_catalog.pg_depend b ON b.classid = d.refclassid AND b.objid = d.refobjid
                                        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_proc'::regclass
                                          AND b.refclassid = 'pg_type'::regclass AND b.refobjid = t.oid))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
