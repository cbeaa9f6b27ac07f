-- 'definition' is without the options, which can be set in place; pg_get_indexdef prints them in between (flatten_reloptions).
SELECT ARRAY[n.nspname::text, ic.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_class/' || ic.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'definition', replace(printed.text, ' WITH (' || (
             SELECT string_agg(quote_ident(o.option_name) || '=' || CASE quote_ident(o.option_value) WHEN o.option_value
                               THEN o.option_value ELSE quote_literal(o.option_value) END, ', ')
               FROM pg_options_to_table(coalesce(ic.reloptions, ARRAY['=none'])) o) || ')', ''),
         '_definition', printed.text,
         'options', (SELECT jsonb_agg(jsonb_build_array(o.option_name, o.option_value)) FROM pg_options_to_table(ic.reloptions) o),
         'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace),
         'statistics', (SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = ic.oid AND a.attstattarget >= 0),
         'invalid', CASE WHEN NOT x.indisvalid AND c.relkind <> 'p' THEN true END,
         '_table', jsonb_build_array(n.nspname, c.relname),
         '_unique', x.indisunique,
         '_columns', CASE WHEN x.indisunique THEN (SELECT jsonb_agg(jsonb_build_array(pg_get_indexdef(ic.oid, u.number, true), NULL) ORDER BY u.number)
             FROM generate_series(1, x.indnkeyatts::int) u(number)) END,
         '_predicate', CASE WHEN x.indisunique THEN pg_get_expr(x.indpred, x.indrelid) END,
         '_nulls_alike', CASE WHEN to_jsonb(x) ->> 'indnullsnotdistinct' = 'true' THEN true END,
         '_computed', CASE WHEN x.indexprs IS NOT NULL THEN true END,
         -- Whether CREATE INDEX on the partitioned table makes those of all its partitions, under their names.
         '_brings', CASE WHEN c.relkind = 'p' AND (SELECT count(*) FROM pg_catalog.pg_partition_tree(c.oid)) = (SELECT count(*)
             FROM pg_catalog.pg_partition_tree(ic.oid) tree
            WHERE tree.level = 0 OR (SELECT pic.reltablespace = ic.reltablespace AND pic.reloptions IS NOT DISTINCT FROM ic.reloptions
                    AND octet_length(pic.relname) < 63
                    AND pic.relname = (SELECT pc.relname FROM pg_catalog.pg_index px JOIN pg_catalog.pg_class pc ON pc.oid = px.indrelid
                                        WHERE px.indexrelid = pic.oid) || '_'
                          || (SELECT string_agg(a.attname, '_' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = pic.oid) || '_idx'
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = pic.oid AND a.attstattarget >= 0)
                    FROM pg_catalog.pg_class pic WHERE pic.oid = tree.relid))
           THEN true END,
         '_parent_index', (SELECT jsonb_build_array(pn.nspname, pt.relname, pc.relname)
                             FROM pg_catalog.pg_inherits i
                             JOIN pg_catalog.pg_index px ON px.indexrelid = i.inhparent
                             JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
                             JOIN pg_catalog.pg_class pt ON pt.oid = px.indrelid
                             JOIN pg_catalog.pg_namespace pn ON pn.oid = pt.relnamespace
                            WHERE i.inhrelid = ic.oid))) AS attrs
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT pg_get_indexdef(ic.oid) AS text OFFSET 0) printed
 WHERE c.relkind IN ('r', 'p', 'm') AND ic.oid >= 16384 AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = ic.oid AND k.contype IN ('p', 'u', 'x'))
