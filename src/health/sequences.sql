-- How far each sequence has come, and how far it or its column's type lets it (manual 54.19). Without the privilege to read one
-- its value is unknown.
SELECT pg_catalog.format('%I.%I', s.schemaname, s.sequencename) AS name,
       pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname) AS "column",
       pg_catalog.format_type(a.atttypid, NULL) AS type,
       s.last_value::float8 AS value,
       least(s.max_value, CASE a.atttypid WHEN 'pg_catalog.int2'::regtype THEN 32767
                                          WHEN 'pg_catalog.int4'::regtype THEN 2147483647 END)::float8 AS most
  FROM pg_catalog.pg_sequences s
  JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename AND c.relkind = 'S'
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  LEFT JOIN pg_catalog.pg_class t ON t.oid = a.attrelid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE NOT s.cycle AND s.increment_by > 0 AND s.last_value IS NOT NULL
 ORDER BY name
