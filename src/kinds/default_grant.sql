-- Default privileges: those of a role everywhere stand in for the built-in ones, those in a schema are added.
WITH entries AS (
  SELECT d.oid, x.grantee, x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END AS privilege, true AS now
    FROM pg_catalog.pg_default_acl d, LATERAL aclexplode(d.defaclacl) x
  UNION ALL
  SELECT d.oid, x.grantee, x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, false
    FROM pg_catalog.pg_default_acl d,
         LATERAL aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END, d.defaclrole)) x
   WHERE d.defaclnamespace = 0),
grants AS (
  SELECT oid, grantee, coalesce(jsonb_agg(privilege ORDER BY privilege) FILTER (WHERE now), '[]') AS privileges,
         coalesce(jsonb_agg(privilege ORDER BY privilege) FILTER (WHERE NOT now), '[]') AS base
    FROM entries GROUP BY 1, 2)
SELECT ARRAY[pg_get_userbyid(d.defaclrole)::text, coalesce(n.nspname, ''), d.defaclobjtype::text,
             CASE WHEN g.grantee = 0 THEN 'public' ELSE 'role ' || pg_get_userbyid(g.grantee) END] AS path,
       'pg_namespace/' || nullif(d.defaclnamespace, 0) || '/0' AS parent,
       ARRAY['pg_default_acl/' || d.oid || '/0'] AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_strip_nulls(jsonb_build_object('creator', pg_get_userbyid(d.defaclrole), 'schema', n.nspname, 'objects', d.defaclobjtype,
         'grantee', CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END, 'privileges', g.privileges, 'base', g.base)) AS attrs
  FROM pg_catalog.pg_default_acl d
  JOIN grants g ON g.oid = d.oid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
 WHERE g.privileges <> g.base
