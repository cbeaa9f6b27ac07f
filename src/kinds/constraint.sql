SELECT ARRAY[n.nspname::text, c.relname::text, k.conname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_constraint/' || k.oid || '/0'] || CASE WHEN k.contype <> 'c' THEN 'pg_class/' || k.conindid || '/0' END AS addresses,
       CASE WHEN k.contype = 'p' THEN ARRAY(SELECT 'not_null/' || c.oid || '/' || u FROM unnest(k.conkey) u) ELSE ARRAY[]::text[] END AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'type', k.contype,
         'definition', pg_get_constraintdef(k.oid),
         'not_valid', CASE WHEN NOT k.convalidated AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) THEN true END,
         'options', (SELECT jsonb_agg(jsonb_build_array(o.option_name, o.option_value)) FROM pg_options_to_table(ic.reloptions) o),
         'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace),
         'statistics', (SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = ic.oid AND a.attstattarget >= 0),
         'invalid', CASE WHEN NOT x.indisvalid AND c.relkind <> 'p' THEN true END,
         '_schema', n.nspname,
         '_partitioned', CASE WHEN c.relkind = 'p' THEN true END,
         '_index', CASE WHEN k.contype <> 'c' THEN ic.relname END,
         '_index_definition', CASE WHEN k.contype IN ('p', 'u') THEN pg_get_indexdef(k.conindid) END,
         '_key', CASE WHEN k.contype = 'p' THEN (SELECT jsonb_agg(a.attname ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number) END,
         '_expression', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
         '_printed', CASE WHEN k.contype = 'c' AND pg_get_constraintdef(k.oid) LIKE '%::character varying])::text[]%' THEN pg_get_constraintdef(k.oid) END,
         '_columns', CASE WHEN k.contype <> 'c' THEN (SELECT jsonb_agg(jsonb_build_array(pg_get_indexdef(k.conindid, u.number, true),
             (SELECT format('OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname) FROM pg_catalog.pg_operator o
               WHERE o.oid = k.conexclop[u.number])) ORDER BY u.number) FROM generate_series(1, x.indnkeyatts::int) u(number)) END,
         '_predicate', pg_get_expr(x.indpred, x.indrelid),
         '_nulls_alike', CASE WHEN to_jsonb(x) ->> 'indnullsnotdistinct' = 'true' THEN true END,
         '_automatic', CASE WHEN octet_length(k.conname) < 63 AND k.conname = CASE k.contype WHEN 'p' THEN c.relname || '_pkey' ELSE
             (SELECT c.relname || '_' || string_agg(a.attname, '_' ORDER BY a.attnum) || CASE k.contype WHEN 'u' THEN '_key' ELSE '_excl' END
                FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.conindid) END THEN true END,
         '_no_inherit', CASE WHEN k.contype = 'c' AND k.connoinherit THEN true END,
         '_local', k.conislocal,
         '_parent_index', (SELECT jsonb_build_array(pn.nspname, pt.relname, pc.relname)
                              FROM pg_catalog.pg_inherits i
                              JOIN pg_catalog.pg_index px ON px.indexrelid = i.inhparent
                              JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
                              JOIN pg_catalog.pg_class pt ON pt.oid = px.indrelid
                              JOIN pg_catalog.pg_namespace pn ON pn.oid = pt.relnamespace
                             WHERE k.contype <> 'c' AND i.inhrelid = k.conindid),
         '_inherited', (SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
                          FROM pg_catalog.pg_inherits i
                          JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                          JOIN pg_catalog.pg_constraint pk ON pk.conrelid = p.oid AND pk.conname = k.conname AND pk.contype = 'c' AND NOT pk.connoinherit
                         WHERE k.contype = 'c' AND k.coninhcount > 0 AND i.inhrelid = c.oid))) AS attrs
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class ic ON k.contype <> 'c' AND ic.oid = k.conindid
  LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = ic.oid
 WHERE k.contype IN ('c', 'p', 'u', 'x') AND c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
