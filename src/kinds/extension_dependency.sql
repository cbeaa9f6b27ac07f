-- Automatic dependencies on an extension (deptype x): DROP EXTENSION drops the object along.
SELECT ARRAY[x.extname::text] AS path,
       d.classid::regclass || '/' || d.objid || '/0' AS parent,
       ARRAY['extension_dependency/' || d.classid || '.' || d.objid || '.' || x.oid || '/0'] AS addresses,
       ARRAY['pg_extension/' || x.oid || '/0'] AS needs,
       jsonb_build_object('_type', o.type, '_identity', o.identity) AS attrs
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) o
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x' AND d.objid >= 16384
