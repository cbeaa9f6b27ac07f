-- A partition's copy of its parent's trigger is a fact only where its state is another than the parent's. On 14 copies are
-- marked as internal; copies of a foreign key's triggers are internal from the root on.
WITH RECURSIVE above(oid, ancestor, distance) AS (
  SELECT t.oid, p.oid, 1
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid
   WHERE t.tgenabled <> p.tgenabled
   UNION ALL
  SELECT a.oid, t.tgparentid, a.distance + 1
    FROM above a
    JOIN pg_catalog.pg_trigger t ON t.oid = a.ancestor
   WHERE t.tgparentid <> 0
)
SELECT ARRAY[n.nspname::text, c.relname::text, t.tgname::text] AS path,
       'pg_class/' || c.oid || '/0' AS parent,
       ARRAY['pg_trigger/' || t.oid || '/0'] AS addresses,
       ARRAY(SELECT 'pg_trigger/' || a.ancestor || '/0' FROM above a WHERE a.oid = t.oid
              UNION ALL
             SELECT 'partition/' || p.tgrelid FROM pg_catalog.pg_trigger p
              WHERE t.tgparentid <> 0 AND p.tgparentid <> 0
                AND (p.oid = t.oid OR p.oid IN (SELECT a.ancestor FROM above a WHERE a.oid = t.oid))) AS needs,
       jsonb_build_object(
         'definition', CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid) END,
         'enabled', t.tgenabled,
         'overrides', (SELECT p.tgenabled FROM pg_catalog.pg_trigger p WHERE p.oid = t.tgparentid),
         'ancestors', (SELECT coalesce(jsonb_agg(jsonb_build_array(s.nspname, r.relname, p.tgname) ORDER BY a.distance), '[]')
                         FROM above a
                         JOIN pg_catalog.pg_trigger p ON p.oid = a.ancestor
                         JOIN pg_catalog.pg_class r ON r.oid = p.tgrelid
                         JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace
                        WHERE a.oid = t.oid)) AS attrs
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE t.oid >= 16384
   AND (t.tgparentid = 0 AND NOT t.tgisinternal
        OR EXISTS (SELECT FROM above a JOIN pg_catalog.pg_trigger r ON r.oid = a.ancestor
                    WHERE a.oid = t.oid AND r.tgparentid = 0 AND NOT r.tgisinternal))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
