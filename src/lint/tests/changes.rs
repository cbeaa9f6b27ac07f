//! Columns, their types, and what the running application calls by name.

use super::*;

/// A table with something of everything.
macro_rules! table {
    ($text:literal) => {
        concat!(
            "CREATE TABLE t (id serial PRIMARY KEY, v varchar(20), s text, n numeric(10,2), ts timestamp, i int, d date, e state, a int[], ",
            "r text NOT NULL, g int GENERATED ALWAYS AS (i) VIRTUAL);\nCREATE TABLE c (t_id int REFERENCES t, CONSTRAINT pos CHECK (t_id > 0));\n----\n",
            $text
        )
    };
}

pub(super) const CASES: &[Case] = &[
    ("set-not-null-scans", "ALTER TABLE a ADD x int, §ALTER COLUMN b SET NOT NULL, §ALTER c SET NOT NULL;"),
    ("set-not-null-scans", table!("ALTER TABLE t ALTER r SET NOT NULL, §ALTER s SET NOT NULL;")),
    (
        "set-not-null-scans",
        "ALTER TABLE a ADD CONSTRAINT k CHECK (b IS NOT NULL AND c > 0) NOT VALID;\n----\nALTER TABLE a §ALTER b SET NOT NULL;",
    ),
    (
        "set-not-null-scans",
        "ALTER TABLE a ADD CONSTRAINT k CHECK (b IS NOT NULL AND c > 0) NOT VALID;\n----\nALTER TABLE a VALIDATE CONSTRAINT k;\n----\nALTER TABLE a ALTER b SET NOT NULL, §ALTER c SET NOT NULL;",
    ),
    (
        "set-not-null-scans",
        "-- schemagen: no-transaction\nALTER TABLE a VALIDATE CONSTRAINT made_elsewhere;\nALTER TABLE a ALTER b SET NOT NULL;",
    ),
    (
        "set-not-null-scans",
        "ALTER TABLE a ADD CONSTRAINT k NOT NULL b NOT VALID;\n----\nALTER TABLE a VALIDATE CONSTRAINT k;\n----\nALTER TABLE a ALTER b SET NOT NULL;",
    ),
    ("set-not-null-scans", "ALTER TABLE a §ADD CONSTRAINT k NOT NULL b, ADD CONSTRAINT l NOT NULL c NOT VALID;"),
    ("set-not-null-scans", "ALTER TABLE a ADD CHECK (b IS NOT NULL);\n----\nALTER TABLE a ADD CONSTRAINT k NOT NULL b;"),
    ("not-null-check-dropped-too-early", "ALTER TABLE a ALTER b SET NOT NULL, §DROP CONSTRAINT k;"),
    ("not-null-check-dropped-too-early", "ALTER TABLE a ALTER b SET NOT NULL;\nALTER TABLE a DROP CONSTRAINT k;"),
    ("not-null-check-dropped-too-early", table!("ALTER TABLE c ALTER t_id SET NOT NULL, DROP CONSTRAINT pos;")),
    ("add-not-null-without-default", "ALTER TABLE a §ADD b int NOT NULL, §ADD c int NOT NULL DEFAULT NULL;"),
    (
        "add-not-null-without-default",
        "ALTER TABLE a ADD b int NOT NULL DEFAULT 0, ADD c serial NOT NULL, ADD d int GENERATED ALWAYS AS (1) STORED NOT NULL, ADD e int;",
    ),
    ("add-column-check-scans", "ALTER TABLE a ADD b int DEFAULT 1 §CHECK (b > 0);"),
    (
        "add-column-check-scans",
        "ALTER TABLE a ADD b int GENERATED ALWAYS AS (c) VIRTUAL §NOT NULL, ADD d int NOT NULL DEFAULT 1;",
    ),
    ("add-column-check-scans", "ALTER TABLE a ADD b int, ADD CONSTRAINT k CHECK (b > 0) NOT VALID;"),
    ("volatile-default", "ALTER TABLE a §ADD b uuid DEFAULT gen_random_uuid(), §ADD c float DEFAULT 2 * random();"),
    (
        "volatile-default",
        "ALTER TABLE a ADD b timestamptz DEFAULT now(), ADD c text DEFAULT current_user, ADD d int DEFAULT unknown();",
    ),
    ("volatile-default", "ALTER TABLE a ADD b uuid, ALTER b SET DEFAULT gen_random_uuid();"),
    ("volatile-default", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS '';\n----\nALTER TABLE a §ADD b int DEFAULT f();"),
    (
        "volatile-default",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nCREATE FUNCTION g() RETURNS int LANGUAGE plpgsql STABLE AS '';\n----\nALTER TABLE a ADD b int DEFAULT f(), ADD c int DEFAULT g();",
    ),
    ("add-serial-or-identity", "ALTER TABLE a §ADD b serial, §ADD c int GENERATED ALWAYS AS IDENTITY;"),
    ("add-serial-or-identity", "ALTER TABLE a ALTER b ADD GENERATED ALWAYS AS IDENTITY, ADD c int;"),
    (
        "stored-generated-rewrites",
        "ALTER TABLE a §ADD b int GENERATED ALWAYS AS (c) STORED;\nALTER TABLE a §ALTER b SET EXPRESSION AS (c + 1);",
    ),
    (
        "stored-generated-rewrites",
        table!("ALTER TABLE t ADD b int GENERATED ALWAYS AS (i) VIRTUAL, ALTER g SET EXPRESSION AS (i + 1);"),
    ),
    (
        "constrained-domain-column",
        "CREATE DOMAIN p AS int CHECK (VALUE > 0);\nCREATE DOMAIN q AS int;\n----\nALTER TABLE a §ADD b p, ADD c q;",
    ),
    ("constrained-domain-column", "ALTER TABLE a ADD b unknown_domain;"),
    ("virtual-column-limits", table!("§CREATE INDEX ON t (g);\nALTER TABLE t §ALTER g DROP EXPRESSION;")),
    ("virtual-column-limits", table!("CREATE INDEX ON t (i);\nALTER TABLE t ALTER g SET EXPRESSION AS (i + 2);")),
    ("default-changed", "ALTER TABLE a §ALTER b SET DEFAULT 2, §ALTER c DROP DEFAULT;"),
    ("default-changed", table!("ALTER TABLE t ADD b int, ALTER b SET DEFAULT 1, ALTER i SET DEFAULT 2;")),
    ("column-alignment", "§CREATE TABLE a (b boolean, c bigint, d boolean);"),
    (
        "column-alignment",
        "CREATE TABLE a (c bigint, d boolean, e boolean);\nCREATE TABLE b (i int, t text, x boolean, y bigint);",
    ),
    (
        "type-change-rewrites",
        table!(
            "ALTER TABLE t §ALTER i TYPE bigint, §ALTER v TYPE varchar(10), §ALTER ts TYPE timestamptz, §ALTER a TYPE bigint[];"
        ),
    ),
    (
        "type-change-rewrites",
        table!("ALTER TABLE t §ALTER v TYPE text USING trim(v), §ALTER n TYPE numeric(10,3), §ALTER d TYPE text;"),
    ),
    (
        "type-change-rewrites",
        table!(
            "ALTER TABLE t ALTER v TYPE varchar(21), ALTER n TYPE numeric(12,2), ALTER ts TYPE timestamp(6), ALTER e TYPE other;"
        ),
    ),
    (
        "type-change-rewrites",
        table!("ALTER TABLE t ALTER v TYPE text USING v::text, ALTER s TYPE varchar, ALTER n TYPE numeric;"),
    ),
    ("type-change-rewrites", table!("SET LOCAL TimeZone = 'UTC';\nALTER TABLE t ALTER ts TYPE timestamptz;")),
    (
        "type-change-rewrites",
        table!("SET LOCAL TimeZone = 'UTC';\nALTER TABLE t §ALTER ts TYPE timestamptz USING ts AT TIME ZONE 'UTC';"),
    ),
    ("type-change-rewrites", "ALTER TABLE unknown §ALTER a TYPE bigint, ALTER b TYPE text, §ALTER c TYPE int USING c::int;"),
    ("type-change-rewrites", "CREATE TABLE a (b int);\nALTER TABLE a ALTER b TYPE bigint;"),
    (
        "type-change-rebuilds-index",
        "CREATE TABLE t (v varchar(20) CHECK (v <> ''), s text, w varchar(5));\nCREATE INDEX ON t (s);\n----\nALTER TABLE t §ALTER v TYPE varchar(30), §ALTER s TYPE citext, ALTER w TYPE text;",
    ),
    (
        "type-change-rebuilds-index",
        "CREATE TABLE t (w varchar(5), s text);\nCREATE INDEX ON t (s) WHERE w = 'a';\n----\nALTER TABLE t §ALTER w TYPE text;",
    ),
    (
        "type-change-rebuilds-index",
        "CREATE TABLE t (w varchar(5), s text);\nCREATE INDEX ON t (w);\n----\nALTER TABLE t ALTER w TYPE text, ALTER s TYPE citext;",
    ),
    (
        "type-change-rebuilds-index",
        "CREATE TABLE t (w text);\nCREATE INDEX ON t (w);\n----\nALTER TABLE t §ALTER w TYPE text COLLATE \"C\";",
    ),
    (
        "type-change-rewrites",
        "CREATE TYPE s.e AS ENUM ('a');\nCREATE TABLE t (e s.e, i interval(3), j interval second, k interval);\n----\nALTER TABLE t §ALTER e TYPE text, ALTER i TYPE interval, ALTER j TYPE interval, §ALTER k TYPE interval(3);",
    ),
    ("type-change-unknown", "ALTER TABLE unknown §ALTER a TYPE varchar(40), ALTER b TYPE bigint;"),
    ("type-change-unknown", table!("ALTER TABLE t ALTER v TYPE varchar(40), ALTER i TYPE text;")),
    ("type-change-locks-other-tables", table!("ALTER TABLE t §ALTER id TYPE bigint;\nALTER TABLE c §ALTER t_id TYPE bigint;")),
    ("type-change-locks-other-tables", table!("ALTER TABLE t ALTER i TYPE bigint;")),
    ("type-change-loses-statistics", table!("ALTER TABLE t §ALTER i TYPE bigint;")),
    ("type-change-loses-statistics", table!("ALTER TABLE t ALTER i TYPE bigint;\nANALYZE t (i);")),
    ("serial-sequence-keeps-type", table!("ALTER TABLE t §ALTER id TYPE bigint;")),
    (
        "serial-sequence-keeps-type",
        table!("ALTER TABLE t ALTER id TYPE bigint, ALTER i TYPE bigint;\nALTER SEQUENCE t_id_seq AS bigint;"),
    ),
    ("cached-plans", "ALTER TABLE a §ADD b int;"),
    ("cached-plans", "ALTER TABLE a ALTER b SET DEFAULT 1;"),
    ("rename-column", "ALTER TABLE a §RENAME COLUMN b TO c;\nALTER TABLE a §RENAME d TO e;"),
    ("rename-column", "ALTER TABLE a RENAME CONSTRAINT b TO c;\nCREATE TABLE n (b int);\nALTER TABLE n RENAME b TO c;"),
    ("rename-table", "ALTER TABLE a §RENAME TO b;\nALTER VIEW v §RENAME TO w;\nALTER TABLE x §SET SCHEMA s;"),
    ("rename-table", "ALTER TABLE a RENAME TO b;\nCREATE VIEW a AS SELECT * FROM b;\nALTER INDEX i RENAME TO j;"),
    ("rename-table", "ALTER TABLE a RENAME TO a_old;\nALTER TABLE a_new RENAME TO a;\nCREATE TABLE a_new (b int);"),
    ("rename-schema", "ALTER SCHEMA a §RENAME TO b;"),
    ("rename-schema", "ALTER SCHEMA a OWNER TO b;"),
    ("rename-enum-value", "ALTER TYPE e §RENAME VALUE 'a' TO 'b';"),
    ("rename-enum-value", "ALTER TYPE e ADD VALUE 'a';\nCREATE TYPE f AS ENUM ('a');\nALTER TYPE f RENAME VALUE 'a' TO 'b';"),
    ("renamed-aside-not-null", table!("ALTER TABLE t §RENAME r TO r_old;\nALTER TABLE t ADD r int;")),
    (
        "renamed-aside-not-null",
        table!("ALTER TABLE t RENAME r TO r_old;\nALTER TABLE t ADD r int;\nALTER TABLE t ALTER r_old DROP NOT NULL;"),
    ),
    (
        "renamed-aside-not-null",
        table!("ALTER TABLE t RENAME r TO r_old;\nALTER TABLE t RENAME s TO s_old;\nALTER TABLE t ADD s int;"),
    ),
    ("drop-column", "ALTER TABLE a §DROP COLUMN b, §DROP c;"),
    ("drop-column", "CREATE TABLE a (b int);\nALTER TABLE a DROP b;\nALTER TABLE x DROP CONSTRAINT c;"),
    ("drop-table", "§DROP TABLE a;\n§DROP SCHEMA s CASCADE;"),
    ("drop-table", "CREATE TABLE a (b int);\nDROP TABLE a;\nDROP SCHEMA s;\nDROP VIEW v;\nDROP TABLE schemagen_archive.x;"),
    ("drop-column-drops-more", "CREATE TABLE a (b int, c int, d int, UNIQUE (b, c));\n----\nALTER TABLE a §DROP b, DROP d;"),
    (
        "drop-column-drops-more",
        "CREATE TABLE a (b int UNIQUE, c int, d int, UNIQUE (c, d));\n----\nALTER TABLE a DROP b, DROP c, DROP d;\nALTER TABLE unknown DROP b;",
    ),
    ("drop-locks-referenced", table!("ALTER TABLE c §DROP CONSTRAINT c_t_id_fkey;\nDROP TABLE c;")),
    ("drop-locks-referenced", table!("ALTER TABLE c DROP CONSTRAINT pos;\nDROP TABLE unknown;")),
    ("drop-locks-referenced", table!("ALTER TABLE c §DROP t_id;")),
    ("drop-locks-referenced", table!("§DROP TABLE c;")),
    ("sequence-position-lost", "§DROP SEQUENCE s;\nALTER SEQUENCE s §RESTART WITH 5;\nALTER TABLE a §ALTER b DROP IDENTITY;"),
    ("sequence-position-lost", "ALTER SEQUENCE s INCREMENT 5;\nCREATE SEQUENCE t;\nDROP SEQUENCE t;"),
    (
        "recreated-without-grants",
        "§DROP VIEW v;\n§DROP FUNCTION f(int);\nCREATE VIEW v AS SELECT 1;\nCREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
    (
        "recreated-without-grants",
        "CREATE VIEW v AS SELECT 1;\nCREATE VIEW w AS SELECT 1;\nGRANT SELECT ON w TO r;\n----\nDROP VIEW v;\n§DROP VIEW w;\nCREATE VIEW v AS SELECT 2;\nCREATE VIEW w AS SELECT 2;",
    ),
    ("recreated-without-grants", "DROP VIEW v, w;\nCREATE VIEW v AS SELECT 1;\nGRANT SELECT ON v TO r;"),
    (
        "function-overloaded",
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n----\n§CREATE OR REPLACE FUNCTION f(int, text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
    (
        "function-overloaded",
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n----\nCREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';\nCREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
];

#[test]
fn rules_of_columns_types_and_names() {
    check(CASES, NEWEST);
}
