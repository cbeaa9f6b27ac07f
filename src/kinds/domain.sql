-- 'frozen': PostgreSQL refuses new constraints while a column holds the domain inside an array, a composite or a range.
WITH RECURSIVE nested(oid, inside) AS (
  SELECT a.atttypid, false
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
   WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384
   UNION
  SELECT part.oid, s.inside OR t.typtype <> 'd'
    FROM nested s
    JOIN pg_catalog.pg_type t ON t.oid = s.oid
   CROSS JOIN LATERAL (SELECT t.typelem UNION ALL SELECT t.typbasetype
                       UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                       UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                                  WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS part(oid)
   WHERE part.oid >= 16384
)
SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'type', pg_catalog.format_type(t.typbasetype, t.typtypmod),
         'collation', CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
         'default', coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault),
         'not_null', t.typnotnull,
         'not_null_name', (SELECT k.conname FROM pg_catalog.pg_constraint k
                            WHERE k.contypid = t.oid AND k.contype = 'n'
                              AND k.conname <> t.typname || '_not_null'
                              AND NOT (octet_length(t.typname || '_not_null') > 63 AND k.conname LIKE '%\_not\_null')),
         'frozen', CASE WHEN EXISTS (SELECT FROM nested s WHERE s.oid = t.oid AND s.inside) THEN rules.list END,
         '_constraints', rules.list) AS attrs
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
 CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname), '[]') AS list
                       FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n') AS rules
 WHERE t.typtype = 'd' AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
