SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['partition/' || c.oid] AS addresses,
       ARRAY['pg_class/' || i.inhparent || '/0'] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'parent', jsonb_build_array(pn.nspname, p.relname),
         'bound', pg_get_expr(c.relpartbound, c.oid),
         '_constraint', pg_get_partition_constraintdef(c.oid),
         'detach_pending', CASE WHEN (to_jsonb(i) ->> 'inhdetachpending')::boolean THEN true END)) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384
