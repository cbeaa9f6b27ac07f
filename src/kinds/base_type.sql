SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       'shell_type/' || t.oid || '/0' AS parent,
       ARRAY['pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'input', t.typinput::text,
         'output', t.typoutput::text,
         'receive', nullif(t.typreceive::oid, 0)::regproc::text,
         'send', nullif(t.typsend::oid, 0)::regproc::text,
         'typmod_in', nullif(t.typmodin::oid, 0)::regproc::text,
         'typmod_out', nullif(t.typmodout::oid, 0)::regproc::text,
         'analyze', nullif(t.typanalyze::oid, 0)::regproc::text,
         'subscript', nullif(t.typsubscript::oid, 0)::regproc::text,
         'length', t.typlen,
         'by_value', t.typbyval,
         'alignment', t.typalign,
         'storage', t.typstorage,
         'category', t.typcategory,
         'preferred', t.typispreferred,
         'default', t.typdefault,
         'element', CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END,
         'delimiter', t.typdelim,
         'collatable', t.typcollation <> 0) AS attrs
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'b' AND t.typisdefined AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type a WHERE a.typarray = t.oid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
