-- The triggers by which PostgreSQL carries out foreign keys and deferrable keys, where ALTER TABLE … DISABLE TRIGGER ALL (or
-- ENABLE REPLICA and ALWAYS) changed one of them. Their own names hold an oid: they are told by constraint and function.
SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY[]::text[] AS addresses,
       array_agg('pg_constraint/' || k.oid || '/0') FILTER (WHERE t.tgenabled <> 'O') AS needs,
       jsonb_build_object('states', jsonb_agg(jsonb_build_array(kn.nspname, kc.relname, k.conname, p.proname, t.tgenabled)
                                              ORDER BY kn.nspname, kc.relname, k.conname, p.proname)
                                      FILTER (WHERE t.tgenabled <> 'O'),
                          '_all_disabled', bool_and(t.tgenabled = 'D')) AS attrs
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
  JOIN pg_catalog.pg_class kc ON kc.oid = k.conrelid
  JOIN pg_catalog.pg_namespace kn ON kn.oid = kc.relnamespace
 WHERE t.tgisinternal AND k.contype IN ('f', 'p', 'u', 'x') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
 GROUP BY n.nspname, c.relname, c.oid
HAVING bool_or(t.tgenabled <> 'O')
