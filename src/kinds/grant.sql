-- One row per object (or column), grantor and grantee whose privileges differ from what the object has by default: the built-in default, or
-- what the script of its extension, or initdb, gave (pg_init_privs). PUBLIC and the owner are named by what they are.
WITH acls(class, oid, sub, type, owner, acl) AS (
  SELECT 'pg_namespace'::regclass, oid, 0, 'n'::"char", nspowner, nspacl FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
  UNION ALL SELECT 'pg_class'::regclass, oid, 0, CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner, relacl FROM pg_catalog.pg_class
   WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL SELECT 'pg_class'::regclass, c.oid, a.attnum, 'c', c.relowner, a.attacl FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT 'pg_type'::regclass, oid, 0, 'T', typowner, typacl FROM pg_catalog.pg_type
   WHERE typtype <> 'm' -- up to 16 it has some of its own, from default privileges, which pg_dump does not write
  UNION ALL SELECT 'pg_proc'::regclass, oid, 0, 'f', proowner, proacl FROM pg_catalog.pg_proc
  UNION ALL SELECT 'pg_language'::regclass, oid, 0, 'l', lanowner, lanacl FROM pg_catalog.pg_language
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, 'F', fdwowner, fdwacl FROM pg_catalog.pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, 'S', srvowner, srvacl FROM pg_catalog.pg_foreign_server),
explicit AS (
  SELECT a.*, coalesce(p.initprivs, acldefault(a.type, a.owner)) AS base
    FROM acls a
    LEFT JOIN pg_catalog.pg_init_privs p ON p.classoid = a.class AND p.objoid = a.oid AND p.objsubid = a.sub
   WHERE a.acl IS DISTINCT FROM p.initprivs),
entries AS (
  SELECT e.class, e.oid, e.sub, e.owner, x.grantee, x.grantor, x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END AS privilege, true AS now
    FROM explicit e, LATERAL aclexplode(coalesce(e.acl, acldefault(e.type, e.owner))) x
  UNION ALL
  -- What the first owner had and gave is the present one's since: ALTER … OWNER moves the privileges and not what pg_init_privs says.
  SELECT e.class, e.oid, e.sub, e.owner, CASE x.grantee WHEN x.grantor THEN e.owner ELSE x.grantee END, e.owner,
         x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, false
    FROM explicit e, LATERAL aclexplode(e.base) x),
grants AS (
  SELECT class, oid, sub, owner, grantee, grantor,
         coalesce(jsonb_agg(privilege ORDER BY privilege) FILTER (WHERE now), '[]') AS privileges,
         coalesce(jsonb_agg(privilege ORDER BY privilege) FILTER (WHERE NOT now), '[]') AS base
    FROM entries GROUP BY 1, 2, 3, 4, 5, 6)
SELECT CASE WHEN m.part OR g.oid < 16384 AND i.type <> 'schema' THEN ARRAY[i.type, i.identity] || ('column ' || g.sub) ELSE ARRAY[]::text[] END
         || CASE g.grantee WHEN 0 THEN 'public' WHEN g.owner THEN 'owner' ELSE 'role ' || pg_get_userbyid(g.grantee) END
         || CASE WHEN g.grantor <> g.owner THEN 'by ' || pg_get_userbyid(g.grantor) END AS path,
       CASE WHEN g.oid >= 16384 OR i.identity = 'public' THEN g.class || '/' || g.oid || '/' || g.sub END AS parent,
       ARRAY['grant/' || g.class || '/' || g.oid || '/' || g.sub || '/' || g.grantee || '/' || g.grantor] AS addresses,
       ARRAY['owner/' || g.class || '/' || g.oid] || CASE WHEN g.grantor <> g.owner
         THEN 'grant/' || g.class || '/' || g.oid || '/' || g.sub || '/' || g.grantor || '/' || g.owner END AS needs,
       jsonb_strip_nulls(jsonb_build_object(
         'privileges', g.privileges, 'base', g.base,
         'grantee', CASE WHEN g.grantee NOT IN (0, g.owner) THEN pg_get_userbyid(g.grantee) END,
         'grantor', CASE WHEN g.grantor <> g.owner THEN pg_get_userbyid(g.grantor) END,
         '_owner', pg_get_userbyid(g.owner),
         '_column', (SELECT a.attname FROM pg_catalog.pg_attribute a WHERE g.sub <> 0 AND a.attrelid = g.oid AND a.attnum = g.sub),
         '_type', i.type, '_identity', i.identity)) AS attrs
  FROM grants g, LATERAL pg_identify_object(g.class, g.oid, 0) i,
       -- A member of an extension, or a constructor of a range.
       LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = g.class AND e.objid = g.oid
                  AND (e.deptype = 'e' OR e.deptype = 'i' AND g.class = 'pg_proc'::regclass)) AS part) m
 WHERE g.privileges <> g.base
   -- The owner of a system catalog is a superuser, who may do everything, and another one in the clone.
   AND NOT (g.oid < 16384 AND i.type <> 'schema' AND g.grantee = g.owner)
