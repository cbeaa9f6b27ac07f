//! Tables as a whole, partitions, types of values, permissions, and taste.

use super::*;

pub(super) const CASES: &[Case] = &[
    ("syntax-error", "SELECT 1;\nCREATE TABLE a (b int,§);\n§\\set x\nSELECT 2;"),
    ("syntax-error", "SELECT ';' AS \"x;y\"; -- ;\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;"),
    (
        "bad-allow",
        "§-- schemagen: allow drop-tabel reason\nSELECT 1;\n§-- schemagen: allow drop-table\nSELECT 2;\n§-- schemagen: allow",
    ),
    (
        "bad-allow",
        "-- schemagen: allow drop-table nobody needs it\nDROP TABLE a;\n-- schemagen: allowance\nSELECT '-- schemagen: allow x';",
    ),
    ("unused-allow", "§-- schemagen: allow drop-table nobody needs it\nSELECT 1;\nDROP TABLE a;"),
    ("unused-allow", "-- schemagen: allow drop-table nobody needs it\n\nSELECT 1;\nDROP TABLE a;"),
    ("name-too-long", "CREATE TABLE §aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg (a int);"),
    (
        "name-too-long",
        "CREATE TABLE aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg (a text DEFAULT 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg');",
    ),
    ("needs-newer-postgresql", "CREATE UNIQUE INDEX i ON a (b) NULLS NOT DISTINCT;"),
    ("truncate", "§TRUNCATE a, b;"),
    ("truncate", "CREATE TEMP TABLE a (b int);\nTRUNCATE a;"),
    ("vacuum-full", "-- schemagen: no-transaction\n§VACUUM FULL a;\n§VACUUM (FULL, ANALYZE);"),
    ("vacuum-full", "-- schemagen: no-transaction\nVACUUM a;\nVACUUM (FULL false) a;"),
    ("cluster", "§CLUSTER a USING i;\n§CLUSTER;"),
    ("cluster", "ALTER TABLE a CLUSTER ON i;"),
    ("refresh-blocks-reads", "§REFRESH MATERIALIZED VIEW v;"),
    (
        "refresh-blocks-reads",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v;\nCREATE MATERIALIZED VIEW w AS SELECT 1 WITH NO DATA;\nREFRESH MATERIALIZED VIEW w;",
    ),
    (
        "table-copied",
        "ALTER TABLE a §SET LOGGED, §SET TABLESPACE x;\nALTER TABLE a §SET ACCESS METHOD heap2;\nALTER TABLE a §SET UNLOGGED;",
    ),
    ("table-copied", "ALTER INDEX i §SET TABLESPACE x;\nALTER MATERIALIZED VIEW m §SET TABLESPACE x;"),
    ("table-copied", "ALTER SEQUENCE s SET UNLOGGED;"),
    ("table-copied", "ALTER TABLE a SET (fillfactor = 80);"),
    ("trigger-locks", "§CREATE TRIGGER t BEFORE UPDATE ON a EXECUTE FUNCTION f();\n§DROP TRIGGER t ON s.a;"),
    ("trigger-locks", "CREATE TABLE a (b int);\nCREATE TRIGGER t BEFORE UPDATE ON a EXECUTE FUNCTION f();\nDROP TRIGGER t ON a;"),
    ("replica-identity", "ALTER TABLE a §REPLICA IDENTITY FULL;\nALTER TABLE b §REPLICA IDENTITY NOTHING;"),
    ("replica-identity", "ALTER TABLE a REPLICA IDENTITY DEFAULT;\nALTER TABLE b REPLICA IDENTITY USING INDEX i;"),
    (
        "autovacuum-off",
        "ALTER TABLE a §SET (autovacuum_enabled = off);\nALTER TABLE b §SET (fillfactor = 50, autovacuum_enabled = false);\nCREATE TABLE c (d int) WITH (§autovacuum_enabled = 0);",
    ),
    (
        "autovacuum-off",
        "ALTER TABLE a SET (autovacuum_enabled = true);\nALTER TABLE a RESET (autovacuum_enabled);\nCREATE TABLE c (d int) WITH (autovacuum_enabled);",
    ),
    ("create-partition-locks-parent", "CREATE TABLE a §PARTITION OF p DEFAULT;"),
    ("create-partition-locks-parent", "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE a PARTITION OF p DEFAULT;"),
    ("attach-partition-scans", "ALTER TABLE p §ATTACH PARTITION q DEFAULT;"),
    (
        "attach-partition-scans",
        "CREATE TABLE q (LIKE p);\nALTER TABLE p ATTACH PARTITION q DEFAULT;\nALTER INDEX i ATTACH PARTITION j;",
    ),
    (
        "attach-partition-scans",
        "ALTER TABLE q ADD CHECK (a = 1) NOT VALID;\n----\nALTER TABLE p §ATTACH PARTITION q FOR VALUES IN (1);",
    ),
    ("attach-partition-scans", "ALTER TABLE q ADD CHECK (a = 1);\n----\nALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1);"),
    (
        "attach-beside-default-scans",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE d PARTITION OF p DEFAULT;\n----\nCREATE TABLE q §PARTITION OF p FOR VALUES IN (1);\nALTER TABLE p §ATTACH PARTITION r FOR VALUES IN (2);",
    ),
    (
        "attach-beside-default-scans",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE d PARTITION OF p DEFAULT;\n----\nALTER TABLE p DETACH PARTITION d;\nCREATE TABLE q PARTITION OF p FOR VALUES IN (1);",
    ),
    (
        "attach-partition-locks-referenced",
        "CREATE TABLE p (a int REFERENCES x) PARTITION BY LIST (a);\n----\nALTER TABLE p §ATTACH PARTITION q FOR VALUES IN (2);",
    ),
    (
        "attach-partition-locks-referenced",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\n----\nALTER TABLE p ATTACH PARTITION q FOR VALUES IN (2);",
    ),
    ("detach-partition-blocks", "ALTER TABLE p §DETACH PARTITION q;"),
    (
        "detach-partition-blocks",
        "-- schemagen: no-transaction\nALTER TABLE p DETACH PARTITION q CONCURRENTLY;\nALTER TABLE p DETACH PARTITION r FINALIZE;",
    ),
    (
        "detach-beside-default",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE d PARTITION OF p DEFAULT;\n----\n-- schemagen: no-transaction\nALTER TABLE p §DETACH PARTITION q CONCURRENTLY;",
    ),
    ("detach-beside-default", "-- schemagen: no-transaction\nALTER TABLE p DETACH PARTITION q CONCURRENTLY;"),
    (
        "detach-leaves-check",
        "-- schemagen: no-transaction\nALTER TABLE p §DETACH PARTITION q CONCURRENTLY;\nALTER TABLE p DETACH PARTITION r CONCURRENTLY;\nDROP TABLE r;",
    ),
    ("detach-leaves-check", "ALTER TABLE p DETACH PARTITION q;"),
    ("enum-value-used-at-once", "§ALTER TYPE e ADD VALUE 'it''s';\nALTER TABLE a ALTER b SET DEFAULT 'it''s';"),
    ("enum-value-used-at-once", "ALTER TYPE e ADD VALUE 'a';\nCOMMENT ON TYPE e IS 'a';\nSELECT 'aa';"),
    ("enum-value-used-at-once", "-- schemagen: no-transaction\nALTER TYPE e ADD VALUE 'a';\nUPDATE x SET y = 'a';"),
    ("enum-value-used-at-once", "CREATE TYPE e AS ENUM ();\nALTER TYPE e ADD VALUE 'a';\nUPDATE x SET y = 'a';"),
    ("enum-value-without-place", "§ALTER TYPE e ADD VALUE 'a';"),
    ("enum-value-without-place", "ALTER TYPE e ADD VALUE 'a' AFTER 'b';\nALTER TYPE e RENAME VALUE 'a' TO 'b';"),
    ("enum-created", "§CREATE TYPE e AS ENUM ('a');"),
    ("enum-created", "CREATE TYPE e AS (a int);"),
    ("owner-merges-grants", "ALTER TABLE a §OWNER TO r;\nALTER FUNCTION f() §OWNER TO r;"),
    (
        "owner-merges-grants",
        "CREATE TABLE a (b int);\nALTER TABLE a OWNER TO r;\nALTER TABLE c OWNER TO r;\nGRANT SELECT ON c TO q;",
    ),
    (
        "owner-merges-grants",
        "CREATE SCHEMA s;\nALTER SCHEMA s OWNER TO r;\nCREATE TYPE t AS RANGE (subtype = int);\nALTER TYPE t OWNER TO r;",
    ),
    ("revoke", "§REVOKE SELECT ON a FROM r;"),
    (
        "revoke",
        "GRANT SELECT ON a TO r;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;",
    ),
    ("row-security-without-policy", "CREATE TABLE a (b int);\n----\nALTER TABLE a §ENABLE ROW LEVEL SECURITY;"),
    (
        "row-security-without-policy",
        "ALTER TABLE unknown ENABLE ROW LEVEL SECURITY;\nCREATE TABLE a (b int);\nALTER TABLE a ENABLE ROW LEVEL SECURITY;",
    ),
    (
        "row-security-without-policy",
        "CREATE TABLE a (b int);\n----\nALTER TABLE a ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON a USING (true);",
    ),
    ("policy-changed", "§CREATE POLICY p ON a USING (true);\n§ALTER POLICY p ON a USING (false);\n§DROP POLICY p ON a;"),
    ("policy-changed", "CREATE TABLE a (b int);\nCREATE POLICY p ON a USING (true);"),
    ("extension-update", "§ALTER EXTENSION x UPDATE TO '2';"),
    ("extension-update", "ALTER EXTENSION x SET SCHEMA s;\nCREATE EXTENSION y;"),
    ("char-type", "CREATE TABLE a (b §char(2), c §character, d \"char\", e text);"),
    ("char-type", "CREATE TABLE a (b text);"),
    ("varchar-limit", "ALTER TABLE a ADD b §varchar(20), ALTER c TYPE §character varying(3);"),
    ("varchar-limit", "ALTER TABLE a ADD b varchar;"),
    ("timestamp-type", "CREATE TABLE a (b §timestamp, c timestamptz, d §timestamp(3));"),
    ("timestamp-type", "CREATE TABLE a (b timestamp with time zone);"),
    ("serial-type", "CREATE TABLE a (b §bigserial);"),
    ("serial-type", "CREATE TABLE a (b bigint);"),
    ("json-type", "CREATE TABLE a (b §json);"),
    ("json-type", "CREATE TABLE a (b jsonb);"),
];

pub(super) const ON_14: &[Case] = &[
    ("needs-newer-postgresql", "CREATE UNIQUE INDEX i ON a (b) §NULLS NOT DISTINCT;"),
    ("needs-newer-postgresql", "CREATE UNIQUE INDEX i ON a (b);"),
    ("enum-value-used-at-once", "CREATE TYPE e AS ENUM ();\n§ALTER TYPE e ADD VALUE 'a';\nUPDATE x SET y = 'a';"),
];

#[test]
fn rules_of_tables_partitions_values_and_permissions() {
    check(CASES, NEWEST);
    check(ON_14, 14);
}
