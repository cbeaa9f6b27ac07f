SELECT ARRAY[n.nspname::text, t.typname::text, k.conname::text] AS path,
       'pg_type/' || t.oid || '/0' AS parent,
       ARRAY['pg_constraint/' || k.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'definition', regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
         'validated', k.convalidated,
         '_expression', pg_catalog.pg_get_expr(k.conbin, 0)) AS attrs
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_type t ON t.oid = k.contypid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE k.contype <> 'n' AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
