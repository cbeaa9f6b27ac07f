-- While no column holds values of the type ("stored"), the order of its attributes counts; once one does, their types count for
-- the type as a whole.
WITH RECURSIVE stored(oid) AS (
  SELECT a.atttypid
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
   WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384
   UNION
  SELECT part.oid
    FROM stored s
    JOIN pg_catalog.pg_type t ON t.oid = s.oid
   CROSS JOIN LATERAL (SELECT t.typelem UNION ALL SELECT t.typbasetype
                       UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                       UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                                  WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS part(oid)
   WHERE part.oid >= 16384
)
SELECT ARRAY[n.nspname::text, t.typname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_type/' || t.oid || '/0', 'pg_type/' || t.typarray || '/0', 'pg_class/' || c.oid || '/0'] AS addresses,
       ARRAY(SELECT 'pg_type/' || a.atttypid || '/0' FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384) AS needs,
       jsonb_build_object(
         'order', CASE WHEN NOT held.is_held THEN attributes.names END,
         'stored', CASE WHEN held.is_held THEN attributes.types END,
         '_names', attributes.names,
         '_types', attributes.types,
         '_typed_tables', EXISTS (SELECT FROM pg_catalog.pg_class o WHERE o.reloftype = t.oid)) AS attrs
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM stored s WHERE s.oid = t.oid) AS is_held) held
 CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]') AS names,
                            coalesce(jsonb_object_agg(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
                              || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END), '{}') AS types
                       FROM pg_catalog.pg_attribute a
                       JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) attributes
 WHERE t.typtype = 'c' AND t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
