WITH key(relation, name, type, printed) AS (
  SELECT a.attrelid, a.attname, a.atttypid,
         format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
   WHERE d.classid = 'pg_class'::regclass AND d.refclassid = d.classid AND d.objid = d.refobjid AND d.refobjsubid = 0 AND d.deptype = 'i'
     AND d.objid >= 16384
)
SELECT ARRAY[n.nspname::text, c.relname::text] AS path,
       'pg_namespace/' || n.oid || '/0' AS parent,
       ARRAY['pg_class/' || c.oid || '/0', 'pg_type/' || c.reltype || '/0', 'pg_type/' || t.typarray || '/0'] AS addresses,
       ARRAY(SELECT 'pg_type/' || k.type || '/0' FROM key k WHERE k.relation = c.oid) AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'kind', c.relkind,
         'unlogged', CASE WHEN c.relpersistence = 'u' THEN true END,
         'of_type', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
         'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
         'partition_types', (SELECT jsonb_agg(k.name || ' ' || k.printed ORDER BY k.name) FROM key k WHERE k.relation = c.oid),
         '_inherits', (SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
                        FROM pg_catalog.pg_inherits i
                        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                       WHERE i.inhrelid = c.oid AND NOT c.relispartition),
         'access_method', (SELECT a.amname FROM pg_catalog.pg_am a WHERE a.oid = c.relam AND a.amname <> 'heap'),
         'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
         'options', (SELECT jsonb_agg(jsonb_build_array(o.option_name, o.option_value)) FROM pg_options_to_table(c.reloptions) o),
         'toast_options', (SELECT jsonb_agg(jsonb_build_array(o.option_name, o.option_value))
                             FROM pg_catalog.pg_class tc, pg_options_to_table(tc.reloptions) o WHERE tc.oid = c.reltoastrelid),
         'row_security', CASE WHEN c.relrowsecurity THEN true END,
         'force_row_security', CASE WHEN c.relforcerowsecurity THEN true END,
         '_subclassed', CASE WHEN c.relhassubclass THEN true END,
         '_partition', CASE WHEN c.relispartition THEN true END,
         '_partitions', CASE c.relkind WHEN 'p' THEN (SELECT count(*) FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) END,
         'server', (SELECT s.srvname FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
                     WHERE f.ftrelid = c.oid),
         'foreign_options', (SELECT jsonb_object_agg(o.option_name, o.option_value)
                               FROM pg_catalog.pg_foreign_table f, pg_options_to_table(f.ftoptions) o WHERE f.ftrelid = c.oid))) AS attrs
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = c.reltype
 WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384 AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
