-- An extension claims its members and what belongs to them (row types, array types, constructors of ranges), so that whoever
-- needs one of them needs the extension.
WITH RECURSIVE member(extension, classid, objid) AS (
  SELECT d.refobjid, d.classid, d.objid
    FROM pg_catalog.pg_depend d
   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
   UNION
  SELECT m.extension, d.classid, d.objid
    FROM member m
    JOIN pg_catalog.pg_depend d ON d.refclassid = m.classid AND d.refobjid = m.objid
   WHERE d.deptype = 'i'
)
SELECT ARRAY[x.extname::text] AS path,
       NULL::text AS parent,
       ARRAY['pg_extension/' || x.oid || '/0']
         || ARRAY(SELECT m.classid::regclass || '/' || m.objid || '/0' FROM member m WHERE m.extension = x.oid) AS addresses,
       ARRAY[]::text[] AS needs,
       jsonb_build_object(
         'schema', n.nspname,
         'version', x.extversion,
         '_default', (SELECT v.default_version FROM pg_catalog.pg_available_extensions v WHERE v.name = x.extname),
         '_relocatable', x.extrelocatable) AS attrs
  FROM pg_catalog.pg_extension x
  JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
