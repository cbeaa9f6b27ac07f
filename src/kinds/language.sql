SELECT ARRAY[l.lanname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_language/' || l.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'trusted', l.lanpltrusted,
         'handler', l.lanplcallfoid::regproc::text,
         'inline', nullif(l.laninline, 0)::regproc::text,
         'validator', nullif(l.lanvalidator, 0)::regproc::text) AS attrs
  FROM pg_catalog.pg_language l
 WHERE l.lanispl AND l.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
