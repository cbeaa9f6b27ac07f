SELECT ARRAY[n.nspname::text, c.relname::text, k.conname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_constraint/' || k.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'definition', pg_get_constraintdef(k.oid),
         'not_valid', CASE WHEN NOT k.convalidated AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) THEN true END,
         'deferrable', k.condeferrable,
         'deferred', k.condeferred,
         '_references', jsonb_build_array(rn.nspname, r.relname),
         '_columns', (SELECT jsonb_agg(jsonb_build_array(a.attname, format('OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname), ra.attname)
                              ORDER BY u.place)
                        FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY u(number, referenced, operator, place)
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                        JOIN pg_catalog.pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = u.referenced
                        JOIN pg_catalog.pg_operator o ON o.oid = u.operator),
         '_match', k.confmatchtype,
         '_partitioned', CASE WHEN c.relkind = 'p' THEN true END,
         '_below', CASE WHEN c.relkind = 'p' THEN
             (WITH RECURSIVE below AS (SELECT k.oid UNION ALL SELECT x.oid FROM below JOIN pg_catalog.pg_constraint x ON x.conparentid = below.oid)
              SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname, b.conname) ORDER BY pn.nspname, p.relname)
                FROM below
                JOIN pg_catalog.pg_constraint b ON b.oid = below.oid AND b.conrelid <> k.conrelid AND b.confrelid = k.confrelid
                JOIN pg_catalog.pg_class p ON p.oid = b.conrelid
                JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace) END)) AS attrs
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0 AND c.oid >= 16384 AND n.nspname !~ '^pg_'
