SELECT ARRAY[n.nspname::text, ic.relname::text] AS path,
       'pg_class/' || ic.oid || '/0' AS parent,
       ARRAY['index_partition/' || ic.oid] AS addresses,
       ARRAY['pg_class/' || i.inhparent || '/0'] AS needs,
       jsonb_build_object('parent', jsonb_build_array(pn.nspname, pc.relname)) AS attrs
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class ic ON ic.oid = i.inhrelid AND ic.relkind IN ('i', 'I')
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
  JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
 WHERE ic.oid >= 16384
