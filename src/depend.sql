-- Who needs whom, by address: (dependent, needed). pg_depend, less what is said better by a kind's own query:
-- a sequence and the column that owns it (kind owned_by), a partition and its parent (kind partition). A function that its own
-- argument or result type is made of needs no more than the shell of that type.
SELECT d.classid::regclass || '/' || d.objid || '/' || d.objsubid,
       CASE WHEN d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'n'
                 AND (SELECT t.typtype IN ('b', 'r') FROM pg_catalog.pg_type t WHERE t.oid = d.refobjid)
                 AND EXISTS (SELECT FROM pg_catalog.pg_depend b WHERE b.classid = d.refclassid AND b.objid = d.refobjid
                                AND b.refclassid = d.classid AND b.refobjid = d.objid AND b.deptype = 'n')
            THEN 'shell_type/' || d.refobjid || '/0'
            ELSE d.refclassid::regclass || '/' || d.refobjid || '/' || d.refobjsubid END
  FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
  LEFT JOIN pg_catalog.pg_class r ON d.refclassid = 'pg_class'::regclass AND r.oid = d.refobjid
 WHERE d.objid >= 16384
   AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
   AND NOT (coalesce(c.relkind = 'S', false) AND d.deptype IN ('a', 'i') AND r.oid IS NOT NULL)
   AND NOT (coalesce(c.relispartition, false) AND c.relkind IN ('r', 'p', 'f') AND d.deptype = 'a' AND r.oid IS NOT NULL
            AND d.refobjid <> d.objid) -- up to 14 a generated column needs the others so
