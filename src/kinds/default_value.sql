SELECT ARRAY[n.nspname::text, c.relname::text, a.attname::text] AS path,
       'pg_class/' || c.oid || '/' || a.attnum AS parent,
       ARRAY['pg_attrdef/' || d.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       -- What is evaluated for each row, as in contain_volatile_functions(); a tree names the functions of its calls and operators.
       jsonb_strip_nulls(jsonb_build_object(
         'expression', pg_get_expr(d.adbin, d.adrelid),
         '_volatile', (SELECT true FROM regexp_matches(d.adbin::text, ':(?:funcid|opfuncid) (\d+)', 'g') f(call)
                         JOIN pg_catalog.pg_proc p ON p.oid = f.call[1]::oid WHERE p.provolatile = 'v' LIMIT 1))) AS attrs
  FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND a.attgenerated = ''
