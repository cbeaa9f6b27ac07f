SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['owned_by/' || c.oid] AS addresses,
       ARRAY['pg_class/' || d.refobjid || '/' || d.refobjsubid] AS needs,
       jsonb_build_object('column', jsonb_build_array(tn.nspname, t.relname, a.attname)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'a'
                             AND d.refclassid = 'pg_class'::regclass
  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE c.relkind = 'S' AND c.oid >= 16384
