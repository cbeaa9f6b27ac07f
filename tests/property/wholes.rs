//! Examples that stand by themselves, with all that belongs to them: trees of partitions, families of tables, keys, what depends on
//! what.

use super::forms::{Form, Need};

const fn whole(since: u32, comment: &'static str, variants: &'static [&'static str]) -> Form {
    Form { since, need: Need::Nothing, comment, variants }
}

pub(super) const WHOLES: &[Form] = &[
    whole(
        14,
        "TABLE {own}",
        &[
            "CREATE TABLE {own} (a integer, b text) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES IN (1, 2)\n\
         CREATE TABLE {schema}.q{number} PARTITION OF {own} DEFAULT",
            "CREATE TABLE {own} (a integer, b text) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES IN (1, NULL) PARTITION BY RANGE (b)\n\
         CREATE TABLE {schema}.r{number} PARTITION OF {schema}.p{number} FOR VALUES FROM (MINVALUE) TO ('m')\n\
         CREATE TABLE {schema}.q{number} PARTITION OF {own} FOR VALUES IN (3)",
            "CREATE TABLE {own} (a integer, b text) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} (a integer, b text)",
            "CREATE TABLE {own} (a integer, b text, PRIMARY KEY (a)) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} (b text DEFAULT 'x', a integer, CONSTRAINT own{number} PRIMARY KEY (a))\n\
         ALTER TABLE {own} ATTACH PARTITION {schema}.p{number} FOR VALUES IN (1, 2)\n\
         CREATE INDEX i{number} ON {own} (b)\n\
         CREATE INDEX j{number} ON {schema}.p{number} (b DESC)",
            "CREATE TABLE {own} (a integer, b text COLLATE \"C\") PARTITION BY RANGE ((a % 2), b)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} (a NOT NULL, CHECK (a > 0)) FOR VALUES FROM (0, MINVALUE) TO (1, MAXVALUE)",
            "CREATE TABLE {own} (a integer, b text) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES IN (1, 2)\n\
         ALTER TABLE {own} ADD CONSTRAINT k{number} CHECK (a > 0)\n\
         CREATE INDEX i{number} ON ONLY {own} (b)\n\
         ALTER TABLE ONLY {own} ALTER COLUMN b SET DEFAULT 'y'",
        ],
    ),
    whole(
        14,
        "TABLE {own}",
        &[
            "CREATE TABLE {schema}.one{number} (a integer, b text NOT NULL)\n\
         CREATE TABLE {schema}.two{number} (b text, c date)\n\
         CREATE TABLE {own} (d integer) INHERITS ({schema}.one{number}, {schema}.two{number})",
            "CREATE TABLE {schema}.one{number} (a integer, b text NOT NULL)\n\
         CREATE TABLE {schema}.two{number} (b text, c date)\n\
         CREATE TABLE {own} (d integer, a integer) INHERITS ({schema}.one{number})",
            "CREATE TABLE {schema}.one{number} (a integer CHECK (a > 0) NO INHERIT, b text, CONSTRAINT k{number} CHECK (b <> ''))\n\
         CREATE TABLE {own} (d integer, CONSTRAINT k{number} CHECK (b <> '')) INHERITS ({schema}.one{number})",
            "CREATE TABLE {schema}.one{number} (a integer DEFAULT 1, b varchar(9))\n\
         CREATE TABLE {own} (a integer DEFAULT 2, d integer) INHERITS ({schema}.one{number})\n\
         CREATE TABLE {schema}.two{number} () INHERITS ({own})",
            "CREATE TABLE {schema}.one{number} (a integer, b varchar(9), CONSTRAINT k{number} CHECK (b IN ('a', 'b')))\n\
         CREATE TABLE {own} (d integer) INHERITS ({schema}.one{number})",
        ],
    ),
    whole(
        14,
        "TABLE {own}",
        &[
            "CREATE TABLE {schema}.to{number} (a integer, b text, c bigint, PRIMARY KEY (a, b), UNIQUE (c))\n\
         CREATE TABLE {own} (x integer, y text, z bigint, FOREIGN KEY (x, y) REFERENCES {schema}.to{number} MATCH FULL ON UPDATE CASCADE)",
            "CREATE TABLE {schema}.to{number} (a integer, b text, c bigint, PRIMARY KEY (b, a), CONSTRAINT u{number} UNIQUE (c))\n\
         CREATE TABLE {own} (x integer, y text, z bigint REFERENCES {schema}.to{number} (c) ON DELETE SET DEFAULT DEFERRABLE)",
            "CREATE TABLE {schema}.to{number} (a integer, b text, c bigint)\n\
         CREATE UNIQUE INDEX u{number} ON {schema}.to{number} (c) INCLUDE (b)\n\
         CREATE TABLE {own} (x integer, y text, z bigint REFERENCES {schema}.to{number} (c))",
            "CREATE TABLE {schema}.to{number} (a integer, b text, c bigint, PRIMARY KEY (a) INCLUDE (b)) PARTITION BY HASH (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {schema}.to{number} FOR VALUES WITH (MODULUS 2, REMAINDER 1)\n\
         CREATE TABLE {own} (x integer REFERENCES {schema}.to{number}, y text, z bigint)",
            "CREATE TABLE {schema}.to{number} (a integer, b text, c bigint, PRIMARY KEY (a))\n\
         CREATE TABLE {own} (x integer, y text, z bigint, FOREIGN KEY (x) REFERENCES {schema}.to{number} ON DELETE CASCADE) PARTITION BY HASH (x)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
            "CREATE TABLE {schema}.to{number} (a integer PRIMARY KEY, b text, c bigint REFERENCES {schema}.to{number} (c), UNIQUE (c))\n\
         CREATE TABLE {own} (x integer, y text, z bigint)\n\
         ALTER TABLE {own} ADD CONSTRAINT f{number} FOREIGN KEY (x) REFERENCES {schema}.to{number} NOT VALID",
        ],
    ),
    whole(
        14,
        "TABLE {own}",
        &[
            "CREATE TABLE {own} (a serial, b bigserial, c text)",
            "CREATE TABLE {own} (a integer GENERATED ALWAYS AS IDENTITY (START 7 CACHE 3), b bigint GENERATED BY DEFAULT AS IDENTITY, c text)",
            "CREATE SEQUENCE {schema}.s{number} AS integer\n\
         CREATE TABLE {own} (a integer DEFAULT nextval('{schema}.s{number}'), b bigint NOT NULL, c text COMPRESSION pglz)\n\
         ALTER SEQUENCE {schema}.s{number} OWNED BY {own}.b",
            "CREATE TABLE {own} (a integer NOT NULL, b smallint GENERATED ALWAYS AS (1 + a) STORED, c text)\n\
         ALTER TABLE {own} ALTER COLUMN c SET STORAGE MAIN",
            "CREATE TABLE {own} (c text DEFAULT 'it''s', a bigint CONSTRAINT k{number} PRIMARY KEY, b integer UNIQUE DEFERRABLE)\n\
         ALTER TABLE {own} REPLICA IDENTITY USING INDEX k{number}",
        ],
    ),
    whole(
        14,
        "VIEW {own}",
        &[
            "CREATE TABLE {schema}.t{number} (a integer CONSTRAINT k{number} PRIMARY KEY, b text, c integer[])\n\
         CREATE VIEW {own} AS SELECT a, b FROM {schema}.t{number} GROUP BY a",
            "CREATE TABLE {schema}.t{number} (a integer CONSTRAINT l{number} PRIMARY KEY, b text, c integer[])\n\
         CREATE VIEW {own} AS SELECT a, b, c FROM {schema}.t{number} GROUP BY a",
            "CREATE TABLE {schema}.t{number} (a bigint, b varchar(7), c integer[])\n\
         CREATE RECURSIVE VIEW {own} (n, m) AS SELECT a, b FROM {schema}.t{number} UNION ALL SELECT n + 1, m FROM {short} WHERE n < 3",
            "CREATE TABLE {schema}.t{number} (a integer, b text, c integer[])\n\
         CREATE VIEW {own} AS SELECT a, x.b, y.b AS d FROM {schema}.t{number} x JOIN {schema}.t{number} y USING (a)\n\
         CREATE VIEW {schema}.w{number} AS SELECT v.a, (v.*)::text AS r FROM {own} v, LATERAL unnest(ARRAY[v.a]) u",
            "CREATE TABLE {schema}.t{number} (a integer, b text, c integer[])\n\
         CREATE MATERIALIZED VIEW {schema}.w{number} AS SELECT a, b FROM {schema}.t{number} WITH NO DATA\n\
         CREATE VIEW {own} AS SELECT a FROM {schema}.w{number} ORDER BY 1 LIMIT 3",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE TABLE {own} (a integer CONSTRAINT k{number} PRIMARY KEY, b text)\n\
         CREATE TABLE {schema}.log{number} (a integer, b text)\n\
         CREATE RULE r{number} AS ON INSERT TO {schema}.log{number} DO INSTEAD INSERT INTO {own} VALUES (NEW.a, NEW.b) ON CONFLICT ON CONSTRAINT k{number} DO NOTHING",
            "CREATE TABLE {own} (a integer CONSTRAINT k{number} PRIMARY KEY, b text)\n\
         CREATE TABLE {schema}.log{number} (a integer, b text)\n\
         CREATE RULE r{number} AS ON UPDATE TO {own} WHERE OLD.b <> NEW.b DO ALSO (INSERT INTO {schema}.log{number} VALUES (NEW.*); DELETE FROM {schema}.log{number} WHERE a = OLD.a)",
            "CREATE TABLE {own} (a bigint, b text)\n\
         CREATE VIEW {schema}.log{number} AS SELECT a, b FROM {own}\n\
         CREATE RULE r{number} AS ON DELETE TO {schema}.log{number} DO INSTEAD DELETE FROM {own} WHERE {own}.a = OLD.a RETURNING {own}.*",
            "CREATE TABLE {own} (a bigint, b text)\n\
         CREATE VIEW {schema}.log{number} AS SELECT a, b FROM {own}\n\
         CREATE FUNCTION {schema}.f{number}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'\n\
         CREATE TRIGGER r{number} INSTEAD OF UPDATE ON {schema}.log{number} FOR EACH ROW EXECUTE FUNCTION {schema}.f{number}()\n\
         CREATE TRIGGER s{number} AFTER UPDATE ON {own} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION {schema}.f{number}()",
            "CREATE TABLE {own} (a bigint, b text) PARTITION BY HASH (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES WITH (MODULUS 2, REMAINDER 0)\n\
         CREATE FUNCTION {schema}.f{number}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'\n\
         CREATE TRIGGER r{number} AFTER INSERT ON {own} FOR EACH ROW EXECUTE FUNCTION {schema}.f{number}()\n\
         ALTER TABLE {schema}.p{number} DISABLE TRIGGER r{number}",
            "CREATE TABLE {own} (a bigint, b text) PARTITION BY HASH (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {own} FOR VALUES WITH (MODULUS 2, REMAINDER 0)\n\
         CREATE FUNCTION {schema}.f{number}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'\n\
         CREATE CONSTRAINT TRIGGER r{number} AFTER INSERT ON {own} DEFERRABLE FOR EACH ROW EXECUTE FUNCTION {schema}.f{number}('a')\n\
         ALTER TABLE {own} ENABLE ALWAYS TRIGGER r{number}",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE TABLE {own} (a integer, b text)\n\
         CREATE FUNCTION {schema}.f{number}(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'\n\
         REVOKE EXECUTE ON FUNCTION {schema}.f{number}(integer) FROM PUBLIC\n\
         GRANT SELECT, UPDATE (b) ON {own} TO prop_a WITH GRANT OPTION",
            "CREATE TABLE {own} (a integer, b text)\n\
         CREATE FUNCTION {schema}.f{number}(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'\n\
         GRANT EXECUTE ON FUNCTION {schema}.f{number}(integer) TO prop_a, prop_b\n\
         REVOKE DELETE, TRUNCATE ON {own} FROM CURRENT_USER\n\
         GRANT ALL ON {own} TO prop_b",
            "CREATE TABLE {own} (a integer, b text)\n\
         CREATE FUNCTION {schema}.f{number}(integer, text DEFAULT 'x') RETURNS integer LANGUAGE sql AS 'SELECT 1'\n\
         CREATE FUNCTION {schema}.f{number}(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'\n\
         CREATE VIEW {schema}.v{number} AS SELECT {schema}.f{number}(a) AS x, {schema}.f{number}(b) AS y FROM {own}\n\
         GRANT USAGE ON SCHEMA {schema} TO prop_a\n\
         COMMENT ON COLUMN {schema}.v{number}.x IS 'x'",
            "CREATE TYPE {own} AS (a integer, b text)\n\
         REVOKE USAGE ON TYPE {own} FROM PUBLIC\n\
         CREATE FUNCTION {schema}.f{number}(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1'\n\
         COMMENT ON COLUMN {own}.a IS 'a'",
        ],
    ),
    whole(
        14,
        "DOMAIN {own}",
        &[
            "CREATE DOMAIN {own} AS varchar(9) COLLATE \"C\" CONSTRAINT k{number} CHECK (VALUE IN ('a', 'b'))\n\
         COMMENT ON CONSTRAINT k{number} ON DOMAIN {own} IS 'k'\n\
         CREATE TABLE {schema}.t{number} (a {own}, b {own}[])",
            "CREATE DOMAIN {own} AS text\n\
         ALTER DOMAIN {own} ADD CONSTRAINT k{number} CHECK (VALUE <> '') NOT VALID\n\
         CREATE TABLE {schema}.t{number} (a {own}, b {own}[])\n\
         CREATE INDEX i{number} ON {schema}.t{number} (lower(a)) WHERE a IS NOT NULL",
            "CREATE DOMAIN {own} AS text DEFAULT 'x' NOT NULL\n\
         CREATE DOMAIN {schema}.e{number} AS {own} CHECK (length(VALUE) > 1)\n\
         CREATE TABLE {schema}.t{number} (a {schema}.e{number}, b {own})",
            "CREATE DOMAIN {own} AS integer[] CHECK (array_length(VALUE, 1) > 0)\n\
         CREATE FUNCTION {schema}.f{number}(a {own}) RETURNS {own} LANGUAGE sql IMMUTABLE AS 'SELECT a'\n\
         CREATE TABLE {schema}.t{number} (a {own} DEFAULT {schema}.f{number}('{1}'), b text)",
        ],
    ),
    whole(
        14,
        "TEXT SEARCH CONFIGURATION {own}",
        &[
            "CREATE TEXT SEARCH DICTIONARY {schema}.d{number} (TEMPLATE = pg_catalog.simple)\n\
         CREATE TEXT SEARCH CONFIGURATION {own} (COPY = pg_catalog.english)\n\
         ALTER TEXT SEARCH CONFIGURATION {own} ALTER MAPPING FOR word, asciiword WITH {schema}.d{number}, simple",
            "CREATE TEXT SEARCH DICTIONARY {schema}.d{number} (TEMPLATE = pg_catalog.snowball, LANGUAGE = 'english')\n\
         CREATE TEXT SEARCH CONFIGURATION {own} (PARSER = pg_catalog.\"default\")\n\
         ALTER TEXT SEARCH CONFIGURATION {own} ADD MAPPING FOR word WITH {schema}.d{number}\n\
         CREATE TABLE {schema}.t{number} (b text, v tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', b)) STORED)",
            "CREATE TEXT SEARCH CONFIGURATION {own} (COPY = pg_catalog.simple)\n\
         CREATE TABLE {schema}.t{number} (b text)\n\
         CREATE INDEX i{number} ON {schema}.t{number} USING gin (to_tsvector('pg_catalog.english', b))",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE OPERATOR CLASS {own} FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer)\n\
         CREATE TABLE {schema}.t{number} (a integer, b text)\n\
         CREATE INDEX i{number} ON {schema}.t{number} (a {own}, b text_pattern_ops)",
            "CREATE OPERATOR CLASS {own} FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer)\n\
         CREATE TABLE {schema}.t{number} (a bigint, b text)\n\
         CREATE INDEX i{number} ON {schema}.t{number} USING brin (a int8_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 8)",
            "CREATE FUNCTION {schema}.f{number}(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2'\n\
         CREATE OPERATOR {schema}.{operator} (FUNCTION = {schema}.f{number}, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR({schema}.{operator}), RESTRICT = eqsel, HASHES)\n\
         CREATE TABLE {schema}.t{number} (a integer CHECK (a OPERATOR({schema}.{operator}) 1), b text)",
            "CREATE FUNCTION {schema}.f{number}(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2'\n\
         CREATE TABLE {schema}.t{number} (a integer, b text, c int4range, EXCLUDE USING gist (c WITH &&) WHERE (a > 1))\n\
         CREATE STATISTICS {schema}.x{number} (mcv) ON (lower(b)), a FROM {schema}.t{number}",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE TYPE {own} AS (a integer)\n\
         CREATE TRANSFORM FOR {own} LANGUAGE plpgsql (FROM SQL WITH FUNCTION prsd_lextype(internal))\n\
         CREATE FUNCTION {schema}.f{number}({own}) RETURNS integer LANGUAGE plpgsql TRANSFORM FOR TYPE {own} AS 'BEGIN RETURN 1; END'",
            "CREATE TYPE {own} AS (a integer, b text)\n\
         CREATE TRANSFORM FOR {own} LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))\n\
         CREATE CAST ({own} AS text) WITH INOUT AS ASSIGNMENT",
            "CREATE TYPE {own} AS (a integer)\n\
         CREATE FUNCTION {schema}.f{number}({own}) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'\n\
         CREATE CAST ({own} AS integer) WITH FUNCTION {schema}.f{number}({own}) AS IMPLICIT",
            "CREATE TYPE {own} AS ENUM ('a', 'b')\n\
         CREATE TABLE {schema}.t{number} (a {own} DEFAULT 'a', b {own}[] DEFAULT '{b}') PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {schema}.t{number} FOR VALUES IN ('b')",
            "CREATE TYPE {own} AS ENUM ('a', 'c', 'b')\n\
         CREATE TABLE {schema}.t{number} (a {own} DEFAULT 'c' CHECK (a <> 'b'), b {own}[] DEFAULT '{c}')",
        ],
    ),
    whole(
        14,
        "FUNCTION {own}(integer)",
        &[
            "CREATE FUNCTION {own}(integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT WINDOW AS 'window_row_number'",
            "CREATE FUNCTION {own}(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + 1\n\
         CREATE TABLE {schema}.t{number} (a integer DEFAULT {own}(1), b integer GENERATED ALWAYS AS ({own}(2)) STORED, CHECK ({own}(a) > 0))",
            "CREATE FUNCTION {own}(b integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN b + 2\n\
         CREATE TABLE {schema}.t{number} (a integer DEFAULT {own}(1), b integer)\n\
         CREATE INDEX i{number} ON {schema}.t{number} ({own}(a)) WHERE {own}(b) > 1",
            "CREATE FUNCTION {own}(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN a + 2\n\
         CREATE TABLE {schema}.t{number} (a bigint DEFAULT {own}(1), b integer)\n\
         CREATE POLICY p{number} ON {schema}.t{number} USING ({own}(b) > 1)\n\
         CREATE FUNCTION {schema}.g{number}(x bigint DEFAULT {own}(3)) RETURNS bigint LANGUAGE sql RETURN {own}(4) + x",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE FOREIGN DATA WRAPPER w{number}\n\
         CREATE SERVER s{number} TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w{number} OPTIONS (host 'it''s')\n\
         CREATE USER MAPPING FOR PUBLIC SERVER s{number}\n\
         CREATE FOREIGN TABLE {own} (a integer OPTIONS (x '1') NOT NULL, b text) SERVER s{number} OPTIONS (y '2')",
            "CREATE FOREIGN DATA WRAPPER w{number}\n\
         CREATE SERVER s{number} VERSION '2' FOREIGN DATA WRAPPER w{number}\n\
         GRANT USAGE ON FOREIGN SERVER s{number} TO prop_a\n\
         CREATE FOREIGN TABLE {own} (a bigint OPTIONS (x '2', z 'q') DEFAULT 3, b text CHECK (b <> '')) SERVER s{number} OPTIONS (z '2')",
            "CREATE FOREIGN DATA WRAPPER w{number}\n\
         CREATE SERVER s{number} FOREIGN DATA WRAPPER w{number}\n\
         CREATE TABLE {schema}.t{number} (a integer, b text) PARTITION BY LIST (a)\n\
         CREATE FOREIGN TABLE {own} PARTITION OF {schema}.t{number} FOR VALUES IN (1) SERVER s{number}",
        ],
    ),
    whole(
        14,
        "",
        &[
            "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA pg_catalog\n\
         CREATE TABLE {own} (a text)\n\
         CREATE INDEX i{number} ON {own} USING gin (a gin_trgm_ops)",
            "CREATE ACCESS METHOD m{number} TYPE TABLE HANDLER heap_tableam_handler\n\
         CREATE TABLE {own} (a integer) USING m{number}",
            "CREATE AGGREGATE {own}(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)",
            "CREATE COLLATION {own} FROM \"C\"\n\
         CREATE TABLE {schema}.t{number} (a text COLLATE {own} CHECK (a > 'a' COLLATE {own}), b text)\n\
         CREATE INDEX i{number} ON {schema}.t{number} (b COLLATE {own})",
        ],
    ),
    whole(
        15,
        "",
        &[
            "CREATE TABLE {own} (a integer, b text, UNIQUE NULLS NOT DISTINCT (a, b))",
            "CREATE TABLE {own} (a integer, b text)\n\
         CREATE UNIQUE INDEX i{number} ON {own} (a, b) NULLS NOT DISTINCT",
            "CREATE TABLE {own} (a integer, b text, PRIMARY KEY (a, b))\n\
         CREATE TABLE {schema}.t{number} (x integer DEFAULT 1, y text, FOREIGN KEY (x, y) REFERENCES {own} ON DELETE SET NULL (y))",
            "CREATE TABLE {own} (a integer, b text, PRIMARY KEY (a, b))\n\
         CREATE TABLE {schema}.t{number} (x integer DEFAULT 1, y text, FOREIGN KEY (x, y) REFERENCES {own} ON DELETE SET DEFAULT (x))",
            "CREATE TABLE {own} (a integer PRIMARY KEY, b text)\n\
         CREATE PUBLICATION p{number} FOR TABLE {own} (a) WHERE (a > 1)",
            "CREATE TABLE {own} (a integer PRIMARY KEY, b text)\n\
         CREATE UNLOGGED SEQUENCE {schema}.s{number}\n\
         CREATE PUBLICATION p{number} FOR TABLE {own}, TABLES IN SCHEMA public WITH (publish = 'insert')",
        ],
    ),
    whole(
        17,
        "",
        &[
            "CREATE COLLATION {own} (PROVIDER = builtin, LOCALE = 'C.UTF-8')\n\
         CREATE TABLE {schema}.t{number} (a text COLLATE {own})",
            "CREATE COLLATION {own} (PROVIDER = icu, LOCALE = 'und', RULES = '&a < b', DETERMINISTIC = false)\n\
         CREATE TABLE {schema}.t{number} (a text COLLATE {own}, b integer GENERATED ALWAYS AS (length(a)) STORED)",
            "CREATE TABLE {schema}.t{number} (a text, b integer GENERATED ALWAYS AS (length(a) + 1) STORED)\n\
         GRANT MAINTAIN ON {schema}.t{number} TO prop_a",
            "CREATE TABLE {schema}.t{number} (a text, b integer GENERATED BY DEFAULT AS IDENTITY) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.p{number} PARTITION OF {schema}.t{number} FOR VALUES IN ('a')\n\
         ALTER TABLE {schema}.t{number} ADD EXCLUDE USING btree (a WITH =)",
        ],
    ),
    whole(
        18,
        "",
        &[
            "CREATE TABLE {own} (a integer CONSTRAINT n{number} NOT NULL, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL, c text)",
            "CREATE TABLE {own} (a integer, b integer GENERATED ALWAYS AS (a + 2) STORED, c text CONSTRAINT n{number} NOT NULL NO INHERIT)",
            "CREATE TABLE {own} (a integer, b integer NOT NULL, c text)\n\
         ALTER TABLE {own} ADD CONSTRAINT n{number} NOT NULL a NOT VALID\n\
         COMMENT ON CONSTRAINT n{number} ON {own} IS 'n'",
            "CREATE TABLE {own} (a integer PRIMARY KEY, b integer CONSTRAINT k{number} CHECK (b > 0) NOT ENFORCED, c text)\n\
         CREATE TABLE {schema}.t{number} (x integer CONSTRAINT f{number} REFERENCES {own} NOT ENFORCED)",
            "CREATE TABLE {own} (a integer PRIMARY KEY, b integer CONSTRAINT k{number} CHECK (b > 0), c text)\n\
         CREATE TABLE {schema}.t{number} (x integer CONSTRAINT f{number} REFERENCES {own})",
            "CREATE TABLE {own} (a int4range, b int4range, c text, PRIMARY KEY (b, a WITHOUT OVERLAPS))\n\
         CREATE TABLE {schema}.t{number} (x int4range, y int4range, FOREIGN KEY (y, PERIOD x) REFERENCES {own} (b, PERIOD a))",
            "CREATE TABLE {own} (a int4range, b int4range, c text, UNIQUE (b, a WITHOUT OVERLAPS))\n\
         CREATE PUBLICATION p{number} FOR TABLE {own} WITH (publish_generated_columns = stored)",
            "CREATE TABLE {own} (a integer, b integer) PARTITION BY LIST (a)\n\
         CREATE TABLE {schema}.t{number} PARTITION OF {own} (b CONSTRAINT n{number} NOT NULL) FOR VALUES IN (1)",
        ],
    ),
];
