-- Column lists and row filters came with 15: in 14 the bare names inside "detail" are those of "absent".
-- '_descendants': without ONLY the tables that inherit from it would be added too.
SELECT ARRAY[p.pubname::text, n.nspname::text, c.relname::text] AS path,
       'pg_publication/' || p.oid || '/0' AS parent,
       ARRAY['pg_publication_rel/' || r.oid || '/0'] AS addresses,
       ARRAY['pg_class/' || c.oid || '/0'] AS needs,
       jsonb_build_object(
         'columns', (SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum = ANY (detail.columns::int2[])),
         'filter', pg_catalog.pg_get_expr(detail.filter, c.oid),
         '_descendants', c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)) AS attrs
  FROM pg_catalog.pg_publication_rel r
  JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
  JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) absent
 CROSS JOIN LATERAL (SELECT prattrs AS columns, prqual AS filter FROM pg_catalog.pg_publication_rel own WHERE own.oid = r.oid) detail
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
