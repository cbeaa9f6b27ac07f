-- Constraints that were never validated, and foreign keys whose columns lead no index. NOT ENFORCED (18) is not validated either,
-- and meant so.
SELECT 'not valid' AS fault, pg_catalog.format('%I.%I.%I', n.nspname, t.relname, k.conname) AS name, NULL AS referenced, NULL AS columns,
       greatest(t.reltuples, 0)::float8 AS rows
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE NOT k.convalidated AND coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true) AND k.conparentid = 0
UNION ALL
SELECT 'no index', pg_catalog.format('%I.%I.%I', n.nspname, t.relname, k.conname), pg_catalog.format('%I.%I', rn.nspname, r.relname),
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY c.at)
          FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY c(number, at)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.number),
       greatest(t.reltuples, 0)
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_index i
            WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
              AND i.indnkeyatts >= pg_catalog.cardinality(k.conkey)
              AND (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
 ORDER BY 1, 2
