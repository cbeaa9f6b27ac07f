//! Indexes, constraints, and transactions.

use super::*;

pub(super) const CASES: &[Case] = &[
    ("create-index-blocks-writes", "§CREATE INDEX ON a (b);\n  §CREATE UNIQUE INDEX i ON s.a (b);"),
    ("create-index-blocks-writes", "-- schemagen: no-transaction\nCREATE INDEX CONCURRENTLY ON a (b);"),
    ("create-index-blocks-writes", "CREATE TABLE a (b int);\nCREATE INDEX ON public.a (b);\nCREATE INDEX ON ONLY c (b);"),
    ("create-index-blocks-writes", "CREATE TEMP TABLE a AS SELECT 1 AS b;\nCREATE INDEX ON a (b);"),
    ("create-index-blocks-writes", "CREATE TABLE a (b int);\n----\n§CREATE INDEX ON a (b);"),
    ("drop-index-blocks-table", "§DROP INDEX IF EXISTS i, j;"),
    ("drop-index-blocks-table", "-- schemagen: no-transaction\nDROP INDEX CONCURRENTLY i;"),
    ("drop-index-blocks-table", "CREATE TABLE a (b int);\nCREATE INDEX i ON a (b);\nDROP INDEX i;"),
    ("reindex-blocks-table", "§REINDEX INDEX i;\n§REINDEX (VERBOSE) TABLE t;\n§REINDEX SCHEMA s;"),
    (
        "reindex-blocks-table",
        "-- schemagen: no-transaction\nREINDEX INDEX CONCURRENTLY i;\nREINDEX (CONCURRENTLY, VERBOSE) TABLE t;",
    ),
    ("concurrent-index-if-not-exists", "-- schemagen: no-transaction\nCREATE INDEX CONCURRENTLY §IF NOT EXISTS i ON a (b);"),
    ("concurrent-index-if-not-exists", "CREATE INDEX IF NOT EXISTS i ON a (b);\nCREATE INDEX CONCURRENTLY i ON a (b);"),
    (
        "concurrent-index-on-partitioned",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\n----\n-- schemagen: no-transaction\nCREATE INDEX §CONCURRENTLY i ON p (a);",
    ),
    (
        "concurrent-index-on-partitioned",
        "CREATE TABLE p (a int);\n----\n-- schemagen: no-transaction\nCREATE INDEX CONCURRENTLY i ON p (a);",
    ),
    ("concurrent-index-on-partitioned", "-- schemagen: no-transaction\nCREATE INDEX CONCURRENTLY i ON unknown (a);"),
    ("index-replaced-too-early", "DROP INDEX s.i;\n§CREATE INDEX i ON s.a (b);"),
    (
        "index-replaced-too-early",
        "DROP INDEX s.i;\nCREATE INDEX i ON a (b);\nDROP INDEX CONCURRENTLY IF EXISTS j;\nCREATE INDEX CONCURRENTLY j ON a (b);",
    ),
    ("expression-index-without-analyze", "CREATE INDEX i ON a (b, §lower(c));\nANALYZE other;"),
    ("expression-index-without-analyze", "CREATE INDEX i ON a (b, lower(c));\nANALYZE;"),
    (
        "expression-index-without-analyze",
        "CREATE INDEX i ON a (b) WHERE lower(c) = 'x';\nCREATE INDEX j ON a (lower(c));\nVACUUM (ANALYZE) a;",
    ),
    ("wide-index", "§CREATE INDEX i ON a (b, c, d, e);"),
    ("wide-index", "CREATE INDEX i ON a (b, c, d) INCLUDE (e);\nCREATE INDEX j ON a USING brin (b, c, d, e);"),
    ("hash-index", "CREATE INDEX i ON a §USING hash (b);"),
    ("hash-index", "CREATE INDEX i ON a (hash);"),
    (
        "needs-no-transaction",
        "§CREATE INDEX CONCURRENTLY ON a (b);\n§DROP INDEX CONCURRENTLY i;\n§VACUUM a;\n§ALTER SYSTEM SET work_mem = '1GB';",
    ),
    (
        "needs-no-transaction",
        "§REINDEX TABLE CONCURRENTLY a;\n§ALTER TABLE p DETACH PARTITION q CONCURRENTLY;\nANALYZE a;\nREINDEX TABLE a;",
    ),
    ("needs-no-transaction", "-- Migration 3\n-- schemagen: no-transaction\nCREATE INDEX CONCURRENTLY ON a (b);\nVACUUM a;"),
    ("transaction-control", "SELECT 1;\n§BEGIN;\nSELECT 2;\n§COMMIT;"),
    ("transaction-control", "BEGIN;\nSELECT 1;\nSAVEPOINT a;\nROLLBACK TO a;\nCOMMIT;"),
    ("transaction-control", "-- schemagen: no-transaction\nBEGIN;\nSELECT 1;\nSAVEPOINT a;\nCOMMIT;\n§COMMIT;\n§SAVEPOINT b;"),
    ("transaction-control", "-- schemagen: no-transaction\n§BEGIN;\nBEGIN;\nSELECT 1;\nCOMMIT;\n§BEGIN;\n§ROLLBACK;"),
    (
        "needs-no-transaction",
        "-- schemagen: no-transaction\nBEGIN;\n§DROP INDEX CONCURRENTLY a;\nCOMMIT;\nDROP INDEX CONCURRENTLY b;",
    ),
    (
        "work-under-lock",
        "-- schemagen: no-transaction\nBEGIN;\nALTER TABLE a ADD b int;\n§UPDATE a SET b = 1;\nCOMMIT;\nDELETE FROM a;",
    ),
    ("work-under-lock", "ALTER TABLE a ADD b int;\n§UPDATE a SET b = 1;\n§DELETE FROM c;\n§INSERT INTO d SELECT * FROM a;"),
    ("work-under-lock", "CREATE TABLE a (b int);\nALTER TABLE a ADD c int;\nUPDATE x SET b = 1;\nINSERT INTO d VALUES (1);"),
    ("work-under-lock", "-- schemagen: no-transaction\nALTER TABLE a ADD b int;\nUPDATE a SET b = 1;"),
    ("work-under-lock", "UPDATE a SET b = 1;\nALTER TABLE a ADD b int;"),
    (
        "lock-upgrade",
        "LOCK TABLE a IN SHARE MODE;\nCREATE TABLE k AS SELECT * FROM a;\n§ALTER TABLE a DROP b;\nALTER TABLE a DROP c;",
    ),
    ("lock-upgrade", "UPDATE a SET b = 1;\n§ALTER TABLE a ALTER b SET NOT NULL;"),
    (
        "lock-upgrade",
        "LOCK TABLE a IN ACCESS EXCLUSIVE MODE;\nUPDATE a SET b = 1;\nALTER TABLE a DROP b;\nCREATE INDEX ON a (c);",
    ),
    (
        "lock-upgrade",
        "CREATE INDEX ON a (c);\nALTER TABLE x DROP b;\nCREATE TABLE n (a int);\nUPDATE n SET a = 1;\nALTER TABLE n DROP a;",
    ),
    ("lock-upgrade", "-- schemagen: no-transaction\nCREATE INDEX ON a (c);\nALTER TABLE a DROP b;"),
    ("lock-order", "ALTER TABLE a ADD b int;\n§CREATE OR REPLACE VIEW v AS SELECT 1 FROM x JOIN public.a ON true;"),
    (
        "lock-order",
        "ALTER VIEW v SET SCHEMA public;\nALTER TABLE a ADD b int;\nCREATE OR REPLACE VIEW v AS SELECT b FROM a;\n\
         CREATE VIEW w AS SELECT b FROM a;\nCREATE OR REPLACE VIEW w AS SELECT b, 1 FROM a;\nCREATE OR REPLACE VIEW u AS SELECT 1 FROM x;",
    ),
    ("lock-order", "-- schemagen: no-transaction\nALTER TABLE a ADD b int;\nCREATE OR REPLACE VIEW v AS SELECT b FROM a;"),
    ("repeated-scan", "ALTER TABLE a ALTER b SET NOT NULL;\n§ALTER TABLE a ADD CONSTRAINT k CHECK (c > 0);"),
    (
        "repeated-scan",
        "ALTER TABLE a ALTER b SET NOT NULL;\nALTER TABLE x ADD CONSTRAINT k CHECK (c > 0);\nALTER TABLE a ADD d int;",
    ),
    (
        "timeout-kills-concurrent-build",
        "-- schemagen: no-transaction\nSET statement_timeout TO '5min';\n§CREATE INDEX CONCURRENTLY ON a (b);",
    ),
    (
        "timeout-kills-concurrent-build",
        "-- schemagen: no-transaction\nSET lock_timeout = '5s';\nALTER TABLE a ADD b int;\nSET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY ON a (b);",
    ),
    ("lock-timeout-missing", "§ALTER TABLE a ADD b int;\nALTER TABLE a ADD c int;"),
    ("lock-timeout-missing", "§ALTER INDEX i ATTACH PARTITION j;"),
    ("lock-timeout-missing", "SET LOCAL lock_timeout = '2s';\nALTER TABLE a ADD b int;"),
    ("lock-timeout-missing", "SET lock_timeout = 2000;\nALTER TABLE a ADD b int;"),
    ("lock-timeout-missing", "SET lock_timeout = 0;\n§ALTER TABLE a ADD b int;"),
    ("lock-timeout-missing", "CREATE TABLE a (b int);\nALTER TABLE a ADD c int;\nANALYZE x;"),
    ("not-rerunnable", "-- schemagen: no-transaction\n§CREATE TABLE a (b int);\n§DROP TABLE c;"),
    ("not-rerunnable", "CREATE TABLE a (b int);"),
    ("not-rerunnable", "-- schemagen: no-transaction\nCREATE TABLE IF NOT EXISTS a (b int);\nDROP TABLE IF EXISTS c;"),
    ("comment-waits", "§COMMENT ON TABLE a IS 'x';\n§COMMENT ON COLUMN s.a.b IS 'x';"),
    ("comment-waits", "COMMENT ON FUNCTION f() IS 'x';\nCREATE TABLE a (b int);\nCOMMENT ON COLUMN a.b IS 'x';"),
    ("dynamic-sql", "§DO $$ BEGIN EXECUTE 'x'; END $$;"),
    ("dynamic-sql", "DO $$ BEGIN RAISE NOTICE 'nothing to execute'; END $$;"),
    (
        "foreign-key-validates",
        "ALTER TABLE a §ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c,\n  ADD d int REFERENCES c,\n ADD e int DEFAULT 1 §REFERENCES c;",
    ),
    ("foreign-key-validates", "ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c NOT VALID, ADD d int REFERENCES c;"),
    ("foreign-key-validates", "CREATE TABLE a (b int REFERENCES c);\nALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c;"),
    ("foreign-key-validates", "ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c NOT ENFORCED;"),
    (
        "foreign-key-not-valid-on-partitioned",
        "CREATE TABLE a (b int);\n----\nALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c NOT VALID;",
    ),
    (
        "foreign-key-validates",
        "CREATE TABLE p (a int, b int) PARTITION BY LIST (a);\nCREATE TABLE q PARTITION OF p DEFAULT;\nALTER TABLE q ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES c;\n----\nALTER TABLE p ADD FOREIGN KEY (b) REFERENCES c, §ADD FOREIGN KEY (b) REFERENCES d;",
    ),
    ("foreign-key-validates", "SET search_path = s;\nCREATE TABLE a (b int);\nALTER TABLE s.a ADD FOREIGN KEY (b) REFERENCES c;"),
    (
        "concurrent-index-on-partitioned",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE INDEX i ON p (a);\nCREATE INDEX j ON q (a);\n----\n-- schemagen: no-transaction\nDROP INDEX §CONCURRENTLY i;\nDROP INDEX CONCURRENTLY j;",
    ),
    ("check-validates", "ALTER TABLE a §ADD CHECK (b > 0), §ADD CONSTRAINT k CHECK (c > 0);"),
    ("check-validates", "ALTER TABLE a ADD CHECK (b > 0) NOT VALID;\nCREATE TABLE x (b int);\nALTER TABLE x ADD CHECK (b > 0);"),
    (
        "validate-in-same-transaction",
        "ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0) NOT VALID;\nALTER TABLE a §VALIDATE CONSTRAINT k;",
    ),
    (
        "validate-in-same-transaction",
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c NOT VALID,\n  §VALIDATE CONSTRAINT a_b_fkey;",
    ),
    (
        "validate-in-same-transaction",
        "ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT other;",
    ),
    (
        "validate-in-same-transaction",
        "-- schemagen: no-transaction\nALTER TABLE a ADD CONSTRAINT k CHECK (b > 0) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT k;",
    ),
    ("unique-blocks-table", "ALTER TABLE a §ADD UNIQUE (b), ADD c int §UNIQUE;"),
    ("unique-blocks-table", "ALTER TABLE a ADD CONSTRAINT k UNIQUE USING INDEX k;\nALTER TABLE ONLY p ADD UNIQUE (b);"),
    ("primary-key-blocks-table", "ALTER TABLE a §ADD CONSTRAINT k PRIMARY KEY (b);"),
    (
        "primary-key-blocks-table",
        "CREATE TABLE p (a int, b int) PARTITION BY LIST (a);\nCREATE TABLE q PARTITION OF p DEFAULT;\nALTER TABLE q ADD PRIMARY KEY (a);\n----\nALTER TABLE p ADD PRIMARY KEY (a);\nALTER TABLE p §ADD PRIMARY KEY (b);",
    ),
    ("primary-key-blocks-table", "ALTER TABLE a ADD CONSTRAINT k PRIMARY KEY USING INDEX k;"),
    ("exclusion-blocks-table", "ALTER TABLE a §ADD EXCLUDE USING gist (b WITH &&);"),
    ("exclusion-blocks-table", "CREATE TABLE a (b int4range, EXCLUDE USING gist (b WITH &&));"),
    ("primary-key-on-nullable", "CREATE TABLE a (b int, c int NOT NULL);\n----\nALTER TABLE a §ADD PRIMARY KEY (c, b);"),
    (
        "primary-key-on-nullable",
        "CREATE TABLE a (b int, c int NOT NULL);\n----\nALTER TABLE a ADD PRIMARY KEY (c);\nALTER TABLE unknown ADD PRIMARY KEY (c);",
    ),
    (
        "primary-key-on-nullable",
        "CREATE TABLE a (b int);\nCREATE UNIQUE INDEX i ON a (b);\n----\nALTER TABLE a §ADD PRIMARY KEY USING INDEX i;",
    ),
    ("primary-key-replaced", "ALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE a §ADD PRIMARY KEY (c);"),
    ("primary-key-replaced", "ALTER TABLE a DROP CONSTRAINT a_pkey, ADD PRIMARY KEY (c);"),
    (
        "primary-key-replaced",
        "-- schemagen: no-transaction\nALTER TABLE a DROP CONSTRAINT IF EXISTS a_pkey;\nDROP INDEX CONCURRENTLY IF EXISTS a_pkey;\nCREATE UNIQUE INDEX CONCURRENTLY a_pkey ON a (b);\nALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY USING INDEX a_pkey;",
    ),
    (
        "primary-key-replaced",
        "CREATE TABLE a (c int) PARTITION BY LIST (c);\n----\nALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE ONLY a ADD PRIMARY KEY (c);",
    ),
    (
        "primary-key-replaced",
        "CREATE TABLE a (c int) PARTITION BY LIST (c);\n----\n-- schemagen: no-transaction\nALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE ONLY a §ADD PRIMARY KEY (c);",
    ),
    (
        "integer-primary-key",
        "CREATE TABLE a (§b serial PRIMARY KEY);\nCREATE TABLE c (\n  §d int GENERATED ALWAYS AS IDENTITY,\n  PRIMARY KEY (d));",
    ),
    ("integer-primary-key", "CREATE TABLE a (b bigserial PRIMARY KEY, c serial);\nCREATE TABLE d (country int PRIMARY KEY);"),
    ("enforced-later", "ALTER TABLE a §ALTER CONSTRAINT k ENFORCED;"),
    ("enforced-later", "ALTER TABLE a ALTER CONSTRAINT k DEFERRABLE;\nALTER TABLE a ALTER CONSTRAINT k NOT ENFORCED;"),
    ("foreign-key-without-index", "CREATE TABLE a (b int, CONSTRAINT k PRIMARY KEY (b), c int §REFERENCES x);"),
    (
        "foreign-key-without-index",
        "CREATE TABLE a (b int, c int, PRIMARY KEY (c, b), FOREIGN KEY (b, c) REFERENCES x, FOREIGN KEY (c) REFERENCES y);",
    ),
    (
        "foreign-key-without-index",
        "ALTER TABLE unknown ADD FOREIGN KEY (b) REFERENCES x;\nCREATE TABLE l (LIKE unknown);\nALTER TABLE l ADD FOREIGN KEY (b) REFERENCES x;",
    ),
    (
        "foreign-key-without-index",
        "CREATE TABLE a (b int, c int);\n----\nALTER TABLE a ADD FOREIGN KEY (c) REFERENCES x NOT VALID;\nCREATE INDEX ON a (c);",
    ),
    (
        "foreign-key-type-mismatch",
        "CREATE TABLE a (id bigint PRIMARY KEY);\n----\nCREATE TABLE b (x int §REFERENCES a, y bigint REFERENCES a);",
    ),
    (
        "foreign-key-type-mismatch",
        "CREATE TABLE a (id bigserial PRIMARY KEY, t varchar(3) UNIQUE);\nCREATE TABLE b (x int8 REFERENCES a, t varchar(4) REFERENCES a (t), u int REFERENCES unknown);",
    ),
    ("several-foreign-keys", "§CREATE TABLE a (b int REFERENCES x, c int REFERENCES y);"),
    (
        "several-foreign-keys",
        "CREATE TABLE x (id int PRIMARY KEY);\nCREATE TABLE a (b int REFERENCES x, c int REFERENCES y, d int REFERENCES y);",
    ),
    (
        "domain-constraint-blocks",
        "§ALTER DOMAIN d ADD CHECK (VALUE > 0);\n§ALTER DOMAIN d VALIDATE CONSTRAINT k;\n§ALTER DOMAIN d SET NOT NULL;",
    ),
    (
        "domain-constraint-blocks",
        "ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID;\nALTER DOMAIN d DROP NOT NULL;\nCREATE DOMAIN e AS int;\nALTER DOMAIN e SET NOT NULL;",
    ),
];

pub(super) const ON_17: &[Case] = &[
    (
        "foreign-key-not-valid-on-partitioned",
        "CREATE TABLE a (b int) PARTITION BY LIST (b);\n----\nALTER TABLE a §ADD FOREIGN KEY (b) REFERENCES c NOT VALID;",
    ),
    ("foreign-key-not-valid-on-partitioned", "ALTER TABLE unknown ADD FOREIGN KEY (b) REFERENCES c NOT VALID;"),
    ("enforced-later", "ALTER TABLE a ALTER CONSTRAINT k ENFORCED;"),
];

#[test]
fn rules_of_indexes_constraints_and_transactions() {
    check(CASES, NEWEST);
    check(ON_17, 17);
}
