-- Generated columns can be published since 18 (pubgencols: n none, s stored).
SELECT ARRAY[p.pubname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_publication/' || p.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'all_tables', p.puballtables,
         'publish', array_to_string(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                          CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], ', '),
         'via_root', p.pubviaroot,
         'generated_columns', CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' WHEN 'n' THEN 'none' END) AS attrs
  FROM pg_catalog.pg_publication p
 WHERE p.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
