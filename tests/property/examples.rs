//! The examples, each in several variants.
//!
//! In a text, `{own}` is the qualified name, `{short}` the bare one, `{number}` the number; `{table}` and `{column}` are what it stands on,
//! `{item}` what it uses.

use super::forms::{Form, Need};

const fn form(need: Need, comment: &'static str, variants: &'static [&'static str]) -> Form {
    Form { since: 14, need, comment, variants }
}

const fn since(since: u32, need: Need, comment: &'static str, variants: &'static [&'static str]) -> Form {
    Form { since, need, comment, variants }
}

pub(super) const FORMS: &[Form] = &[
    form(
        Need::Nothing,
        "COLLATION {own}",
        &["CREATE COLLATION {own} (LOCALE = 'C')", "CREATE COLLATION {own} (LC_COLLATE = 'C', LC_CTYPE = 'POSIX')"],
    ),
    form(
        Need::Nothing,
        "CONVERSION {own}",
        &[
            "CREATE CONVERSION {own} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
            "CREATE CONVERSION {own} FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
        ],
    ),
    form(
        Need::Nothing,
        "TEXT SEARCH DICTIONARY {own}",
        &[
            "CREATE TEXT SEARCH DICTIONARY {own} (TEMPLATE = pg_catalog.simple)",
            "CREATE TEXT SEARCH DICTIONARY {own} (TEMPLATE = pg_catalog.simple, ACCEPT = 'false')",
            "CREATE TEXT SEARCH DICTIONARY {own} (TEMPLATE = pg_catalog.snowball, LANGUAGE = 'german')",
        ],
    ),
    form(
        Need::Nothing,
        "TEXT SEARCH PARSER {own}",
        &[
            "CREATE TEXT SEARCH PARSER {own} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
            "CREATE TEXT SEARCH PARSER {own} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, \
         HEADLINE = prsd_headline)",
        ],
    ),
    form(
        Need::Nothing,
        "TEXT SEARCH TEMPLATE {own}",
        &[
            "CREATE TEXT SEARCH TEMPLATE {own} (LEXIZE = dsimple_lexize)",
            "CREATE TEXT SEARCH TEMPLATE {own} (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
        ],
    ),
    form(
        Need::Nothing,
        "OPERATOR FAMILY {own} USING btree",
        &[
            "CREATE OPERATOR FAMILY {own} USING btree",
            "CREATE OPERATOR FAMILY {own} USING btree\n\
         ALTER OPERATOR FAMILY {own} USING btree ADD OPERATOR 1 < (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint)",
            "CREATE OPERATOR FAMILY {own} USING btree\n\
         ALTER OPERATOR FAMILY {own} USING btree ADD OPERATOR 1 < (integer, bigint), OPERATOR 5 > (integer, bigint)",
        ],
    ),
    form(
        Need::Nothing,
        "OPERATOR CLASS {own} USING btree",
        &[
            "CREATE OPERATOR CLASS {own} FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)",
            "CREATE OPERATOR CLASS {own} FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)",
        ],
    ),
    form(
        Need::Nothing,
        "LANGUAGE {short}",
        &[
            "CREATE TRUSTED LANGUAGE {short} HANDLER plpgsql_call_handler",
            "CREATE LANGUAGE {short} HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator",
        ],
    ),
    form(
        Need::Nothing,
        "ACCESS METHOD {short}",
        &[
            "CREATE ACCESS METHOD {short} TYPE INDEX HANDLER bthandler",
            "CREATE ACCESS METHOD {short} TYPE TABLE HANDLER heap_tableam_handler",
        ],
    ),
    form(
        Need::Nothing,
        "AGGREGATE {own} (integer)",
        &[
            "CREATE AGGREGATE {own} (integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE)",
            "CREATE AGGREGATE {own} (integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer)",
            "CREATE AGGREGATE {own} (integer) (SFUNC = int4larger, STYPE = integer, SORTOP = OPERATOR(pg_catalog.>), SSPACE = 8)",
        ],
    ),
    form(
        Need::Nothing,
        "TYPE {own}",
        &[
            "CREATE TYPE {own}\n\
         CREATE FUNCTION {schema}.in{number}(cstring) RETURNS {own} LANGUAGE internal IMMUTABLE STRICT AS 'int4in'\n\
         CREATE FUNCTION {schema}.out{number}({own}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'\n\
         CREATE TYPE {own} (INPUT = {schema}.in{number}, OUTPUT = {schema}.out{number}, LIKE = integer)",
            "CREATE TYPE {own}\n\
         CREATE FUNCTION {schema}.in{number}(cstring) RETURNS {own} LANGUAGE internal IMMUTABLE STRICT AS 'int4in'\n\
         CREATE FUNCTION {schema}.out{number}({own}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'\n\
         CREATE TYPE {own} (INPUT = {schema}.in{number}, OUTPUT = {schema}.out{number}, LIKE = integer, CATEGORY = 'N', DELIMITER = ';')",
            "CREATE TYPE {own}",
        ],
    ),
    form(
        Need::Nothing,
        "SEQUENCE {own}",
        &[
            "CREATE SEQUENCE {own} MINVALUE -5 MAXVALUE 100 START 3 CACHE 9",
            "CREATE SEQUENCE {own} AS smallint INCREMENT -2",
            "CREATE SEQUENCE {own} MINVALUE 3 NO CYCLE",
        ],
    ),
    form(
        Need::Nothing,
        "TYPE {own}",
        &[
            "CREATE TYPE {own} AS RANGE (SUBTYPE = text, COLLATION = \"C\")",
            "CREATE TYPE {own} AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)",
            "CREATE TYPE {own} AS RANGE (SUBTYPE = text, MULTIRANGE_TYPE_NAME = {schema}.many{number})",
        ],
    ),
    form(
        Need::Nothing,
        "FUNCTION {own}",
        &[
            "CREATE FUNCTION {own}(VARIADIC a integer[]) RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
            "CREATE FUNCTION {own}(a integer, OUT b integer, INOUT c text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1, c'",
            "CREATE FUNCTION {own}(a integer) RETURNS TABLE (x integer, y text) LANGUAGE sql ROWS 5 COST 3 AS $$ SELECT 1, '' $$",
            "CREATE FUNCTION {own}(a anyelement, b anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT a'",
            "CREATE PROCEDURE {own}(a integer, OUT b integer) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN b := a; END'",
            "CREATE FUNCTION {own}(integer) RETURNS integer LANGUAGE sql SET search_path TO 'pg_catalog', \"$user\" AS 'SELECT 1'",
        ],
    ),
    form(
        Need::Type,
        "FUNCTION {own}({item})",
        &[
            "CREATE FUNCTION {own}({item}) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
            "CREATE FUNCTION {own}({item}) RETURNS {item}[] LANGUAGE sql IMMUTABLE RETURN ARRAY[$1]",
            "CREATE FUNCTION {own}(x {item} DEFAULT NULL) RETURNS SETOF {item} LANGUAGE sql AS 'SELECT $1'",
        ],
    ),
    form(
        Need::Type,
        "DOMAIN {own}",
        &[
            "CREATE DOMAIN {own} AS {item}",
            "CREATE DOMAIN {own} AS {item} CHECK (VALUE IS NOT NULL)",
            "CREATE DOMAIN {own} AS {item}[] DEFAULT NULL",
        ],
    ),
    form(
        Need::Type,
        "TYPE {own}",
        &[
            "CREATE TYPE {own} AS (a {item}, b text COLLATE \"C\")",
            "CREATE TYPE {own} AS (a {item}[], b text)",
            "CREATE TYPE {own} AS (b varchar(9), a {item})",
        ],
    ),
    form(Need::Composite, "TABLE {own}", &["CREATE TABLE {own} OF {item}", "CREATE TABLE {own} (r {item}, s {item}[])"]),
    form(
        Need::PlainColumn,
        "TYPE {own}",
        &["CREATE TYPE {own} AS (r {table}, n integer)", "CREATE TYPE {own} AS (r {table}[], n integer)"],
    ),
    form(
        Need::PlainColumn,
        "",
        &[
            "ALTER TABLE {table} REPLICA IDENTITY FULL",
            "ALTER TABLE {table} REPLICA IDENTITY NOTHING",
            "ALTER TABLE {table} ALTER COLUMN {column} SET (n_distinct = -0.5)",
            "ALTER TABLE {table} SET (toast.autovacuum_enabled = false)",
        ],
    ),
    form(
        Need::PlainColumn,
        "INDEX {schema_of_table}.{short}",
        &[
            "CREATE INDEX {short} ON {table} (({column} IS NULL)) WITH (fillfactor = 70)",
            "CREATE INDEX {short} ON {table} (({column} IS NULL)) INCLUDE ({column})",
            "CREATE INDEX {short} ON {table} (({column} IS NULL))\nALTER INDEX {schema_of_table}.{short} ALTER COLUMN 1 SET STATISTICS 300",
            "CREATE INDEX {short} ON {table} (({column} IS NULL))\nALTER TABLE {table} CLUSTER ON {short}",
        ],
    ),
    form(
        Need::Column,
        "STATISTICS {own}",
        &[
            "CREATE STATISTICS {own} ON ({column} IS NULL) FROM {table}",
            "CREATE STATISTICS {own} (mcv) ON ({column} IS NULL), ({column} IS NOT NULL) FROM {table}\nALTER STATISTICS {own} SET STATISTICS 77",
        ],
    ),
    form(
        Need::Column,
        "RULE {short} ON {table}",
        &[
            "CREATE RULE {short} AS ON UPDATE TO {table} WHERE OLD.{column} IS NULL DO ALSO NOTHING",
            "CREATE RULE {short} AS ON DELETE TO {table} WHERE OLD.{column} IS NULL DO INSTEAD NOTHING",
            "CREATE RULE {short} AS ON UPDATE TO {table} DO ALSO NOTIFY it\nALTER TABLE {table} DISABLE RULE {short}",
        ],
    ),
    form(
        Need::Column,
        "POLICY {short} ON {table}",
        &[
            "CREATE POLICY {short} ON {table} AS RESTRICTIVE USING ({column} IS NULL) WITH CHECK ({column} IS NOT NULL)",
            "CREATE POLICY {short} ON {table} FOR UPDATE TO prop_a, prop_b USING ({column} IS NULL)",
            "CREATE POLICY {short} ON {table} FOR DELETE TO CURRENT_USER USING (EXISTS (SELECT FROM {table} a WHERE a.{column} IS NULL))",
        ],
    ),
    form(
        Need::Trigger,
        "TRIGGER {short} ON {table}",
        &[
            "CREATE TRIGGER {short} AFTER INSERT ON {table} REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION {item}()",
            "CREATE CONSTRAINT TRIGGER {short} AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW \
         WHEN (NEW.{column} IS NULL) EXECUTE FUNCTION {item}()",
            "CREATE TRIGGER {short} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {item}('a', 'b''c')",
            "CREATE TRIGGER {short} AFTER UPDATE OF {column} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {item}()\n\
         ALTER TABLE {table} ENABLE REPLICA TRIGGER {short}",
        ],
    ),
    form(
        Need::EventTrigger,
        "EVENT TRIGGER {short}",
        &[
            "CREATE EVENT TRIGGER {short} ON ddl_command_end WHEN TAG IN ('CREATE CAST', 'DROP CAST') EXECUTE FUNCTION {item}()",
            "CREATE EVENT TRIGGER {short} ON sql_drop EXECUTE FUNCTION {item}()\nALTER EVENT TRIGGER {short} DISABLE",
            "CREATE EVENT TRIGGER {short} ON table_rewrite EXECUTE FUNCTION {item}()\nALTER EVENT TRIGGER {short} ENABLE ALWAYS",
        ],
    ),
    form(
        Need::Column,
        "VIEW {own}",
        &[
            "CREATE VIEW {own} WITH (security_barrier) AS SELECT * FROM {table} WHERE {column} IS NULL WITH LOCAL CHECK OPTION",
            "CREATE VIEW {own} AS SELECT t, t.{column} AS c FROM {table} t",
            "CREATE VIEW {own} AS SELECT {column} AS c FROM {table}\nALTER VIEW {own} ALTER COLUMN c SET DEFAULT NULL",
            "CREATE VIEW {own} AS SELECT count(*) OVER (PARTITION BY {column} IS NULL) AS c, row_to_json(t.*) AS r FROM {table} t",
        ],
    ),
    form(
        Need::Column,
        "VIEW {own}",
        &[
            "CREATE VIEW {own} AS SELECT {column} AS c FROM {table}\n\
         CREATE FUNCTION {schema}.f{number}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM {own}; END\n\
         CREATE OR REPLACE VIEW {own} AS SELECT {column} AS c FROM {table} WHERE {schema}.f{number}() > 0",
            "CREATE VIEW {own} AS SELECT {column} AS c FROM {table}\n\
         CREATE FUNCTION {schema}.f{number}({own}) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'\n\
         CREATE OR REPLACE VIEW {own} AS SELECT {column} AS c FROM {table} WHERE {schema}.f{number}(NULL::{own})",
            "CREATE VIEW {own} AS SELECT {column} AS c FROM {table}",
        ],
    ),
    form(
        Need::Column,
        "MATERIALIZED VIEW {own}",
        &[
            "CREATE MATERIALIZED VIEW {own} WITH (fillfactor = 50) AS SELECT {column} IS NULL AS c FROM {table}\n\
         CREATE UNIQUE INDEX i{number} ON {own} (c)",
            "CREATE MATERIALIZED VIEW {own} AS SELECT {column} IS NULL AS c FROM {table}\n\
         ALTER MATERIALIZED VIEW {own} ALTER COLUMN c SET STATISTICS 9\nGRANT SELECT (c) ON {own} TO prop_a",
        ],
    ),
    form(
        Need::Column,
        "FUNCTION {own}",
        &[
            "CREATE FUNCTION {own}() RETURNS integer LANGUAGE sql BEGIN ATOMIC DELETE FROM {table} WHERE {column} IS NULL; SELECT 1; END",
            "CREATE FUNCTION {own}(t {table}) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION {own}() RETURNS SETOF {table} LANGUAGE sql AS 'SELECT * FROM {table}'",
        ],
    ),
    since(
        15,
        Need::PlainColumn,
        "PUBLICATION {short}",
        &[
            "CREATE PUBLICATION {short} FOR TABLE {table} WHERE (1 < 2) WITH (publish = 'insert')",
            "CREATE PUBLICATION {short} FOR TABLE {table} WITH (publish_via_partition_root = true, publish = 'truncate')",
            "CREATE PUBLICATION {short} FOR TABLES IN SCHEMA {schema_of_table}",
        ],
    ),
    since(
        15,
        Need::Column,
        "VIEW {own}",
        &[
            "CREATE VIEW {own} WITH (security_invoker = true) AS SELECT {column} FROM {table}",
            "CREATE VIEW {own} WITH (security_invoker = false, check_option = cascaded) AS SELECT {column} FROM {table}",
        ],
    ),
];
