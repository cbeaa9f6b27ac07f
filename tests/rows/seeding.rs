//! What is seeded.

use schemagen::rows;

use super::{count, holds, on_a_database, reasons, seeded, tables};

#[test]
fn each_type_has_the_values_at_its_edges() {
    const SETUP: &str = "CREATE TABLE kinds (
        i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric, n52 numeric(5,2), money money, b boolean,
        t text, v varchar(7), c char(5), one \"char\", name name, bytes bytea, js json, jb jsonb, uuid uuid,
        d date, ts timestamp, tz timestamptz, ti time, tt timetz, iv interval,
        inet inet, cidr cidr, mac macaddr, mac8 macaddr8, bit bit(3), bits bit varying(9), o oid, r regclass,
        vec tsvector, q tsquery, x xml, pt point, ln line, ls lseg, bx box, pa path, po polygon, ci circle, lsn pg_lsn, jp jsonpath,
        ir int4range, tr tstzrange, nr numrange, im int4multirange, ia integer[], ta text[], ba box[], va varchar(3)[])";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["kinds"]).await;
        assert!(count(&seeded, "kinds") >= 100, "{seeded:?}");
        assert_eq!(reasons(&seeded, "kinds"), "");
        for condition in [
            "i2 = -32768",
            "i4 = 2147483647",
            "i8 = -9223372036854775808",
            "i4 IS NULL",
            "f8 = 'NaN'",
            "f4 = '-Infinity'",
            "f8::text = '-0'",
            "n = 'NaN'",
            "n = 'Infinity'",
            "n52 = 999.99",
            "n52 = -0.01",
            "b",
            "NOT b",
            "t = ''",
            "length(t) = 3000",
            "length(v) = 7 AND v LIKE 'x%'",
            "t LIKE '%\\\\%' AND t LIKE '%''%' AND t LIKE '%\"%'",
            "t LIKE E'%\\n%'",
            "octet_length(t) > length(t)",
            "octet_length(v) > length(v)",
            "bytes = ''",
            "bytes = '\\x00'",
            "jb = 'null'",
            "js::text LIKE '%  %'",
            "uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff'",
            "d = 'infinity'",
            "d < '0001-01-01 BC'",
            "ts = '-infinity'",
            "tz = 'infinity'",
            "ti = '24:00'",
            "iv = '-178000000 years'",
            "inet = '::1'",
            "bit = B'111'",
            "bits = B''",
            "isempty(ir)",
            "upper_inf(tr)",
            "lower_inf(nr) AND upper_inf(nr)",
            "isempty(im)",
            "ia = '{}'",
            "ia = '{NULL}'",
            "array_ndims(ia) = 2",
            "array_lower(ia, 1) = 0",
            "x IS NOT NULL",
            "ci IS NOT NULL",
            "vec = ''",
            "array_length(ba, 1) = 2",
        ] {
            assert!(holds(database, &format!("EXISTS (SELECT FROM kinds WHERE {condition})")).await, "no row where {condition}");
        }
    });
}

#[test]
fn user_types_have_values_of_all_their_parts() {
    const SETUP: &str = "CREATE TYPE mood AS ENUM ('sad', 'it''s \"ok\"', 'happy');
        CREATE DOMAIN code AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{2}-\\d{3}$');
        CREATE DOMAIN share AS numeric(5,4) CHECK (VALUE BETWEEN 0 AND 1);
        CREATE DOMAIN tiny_share AS share CHECK (VALUE < 0.5);
        CREATE TYPE pair AS (n integer, m mood, t text);
        CREATE TYPE span AS RANGE (subtype = float8);
        CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree;
        CREATE TABLE own (m mood, ms mood[], c code, s share, w tiny_share, p pair, ps pair[], sp span, ci citext, h hstore, l ltree, cs code[])";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["own"]).await;
        assert!(count(&seeded, "own") >= 100, "{seeded:?}");
        assert_eq!(reasons(&seeded, "own"), "");
        for condition in [
            "count(DISTINCT m) = 3 FROM own",
            "count(DISTINCT c) > 50 FROM own",
            "count(*) FILTER (WHERE c IS NULL) = 0 FROM own",
            "max(s) = 1 AND min(s) = 0 FROM own",
            "count(w) > 3 FROM own",
            "count(DISTINCT (p).m) = 3 FROM own",
            "count(cs) > 0 FROM own",
            "count(*) FILTER (WHERE (p).t IS NULL AND p IS NOT NULL) >= 0 FROM own",
            "count(DISTINCT ps::text) > 20 FROM own",
            "count(DISTINCT sp) > 20 FROM own",
            "count(DISTINCT h) > 20 FROM own",
            "count(DISTINCT l) > 20 FROM own",
        ] {
            assert!(holds(database, &format!("SELECT {condition}")).await, "not {condition}");
        }
    });
}

#[test]
fn checks_are_satisfied() {
    const SETUP: &str = "CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0';
        CREATE TABLE checked (
            id integer PRIMARY KEY CHECK (id > 1000),
            kind text NOT NULL CHECK (kind IN ('new', 'used', 'it''s')),
            zip text NOT NULL CHECK (length(zip) = 5) UNIQUE,
            slug text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9-]*$'),
            mail text NOT NULL CHECK (mail LIKE '%_@example.com'),
            other_mail text NOT NULL CHECK (position('@' in other_mail) > 1),
            upper_code text NOT NULL CHECK (upper_code = upper(upper_code) AND upper_code <> ''),
            starts date NOT NULL, ends date NOT NULL, CHECK (starts < ends), CHECK (ends >= '2031-05-06'),
            low numeric(10,2) NOT NULL, high numeric(10,2) NOT NULL, CHECK (low * 2 <= high AND high > 0),
            half integer NOT NULL CHECK (100 / half > 10), even integer NOT NULL CHECK (even(even)),
            doc jsonb NOT NULL CHECK (jsonb_typeof(doc) = 'object' AND doc ? 'name'),
            a integer, b integer, c integer, CHECK (num_nonnulls(a, b, c) = 1),
            tags text[] NOT NULL CHECK (cardinality(tags) = 3),
            doubled integer GENERATED ALWAYS AS (half * 2) STORED CHECK (doubled > 4))";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["checked"]).await;
        assert!(count(&seeded, "checked") >= 100, "{seeded:?}");
        assert_eq!(reasons(&seeded, "checked"), "");
        for condition in [
            "count(DISTINCT kind) = 3",
            "count(DISTINCT slug) > 50",
            "count(a) > 0 AND count(b) > 0 AND count(c) > 0",
            "count(DISTINCT low) > 20",
        ] {
            assert!(holds(database, &format!("SELECT {condition} FROM checked")).await, "not {condition}");
        }
    });
}

#[test]
fn a_check_over_many_columns_is_satisfied() {
    let all = |word: &str, joint: &str| (0..14).map(|it| format!("c{it} IS {word}")).collect::<Vec<_>>().join(joint);
    let columns: Vec<String> = (0..14).map(|it| format!("c{it} smallint")).collect();
    let setup = format!(
        "CREATE TABLE crowd (id integer PRIMARY KEY, {}, ended boolean NOT NULL, kind integer, \
         CHECK (ended AND ({}) OR NOT ended AND {}), CHECK (kind <> 3 OR (id > 5 AND c1 IS NULL)))",
        columns.join(", "),
        all("NOT NULL", " OR "),
        all("NULL", " AND ")
    );
    on_a_database(&setup, async |database| {
        let seeded = seeded(database, &["crowd"]).await;
        assert!(count(&seeded, "crowd") >= 100, "{seeded:?}");
        assert!(holds(database, "SELECT bool_or(ended) AND count(c13) > 5 FROM crowd").await);
    });
}

#[test]
fn unique_and_exclusion_constraints_hold() {
    const SETUP: &str = "CREATE EXTENSION btree_gist;
        CREATE TABLE single (id uuid PRIMARY KEY, t text UNIQUE, at timestamptz NOT NULL UNIQUE, serial serial UNIQUE,
            n integer GENERATED ALWAYS AS IDENTITY UNIQUE, lower_t text NOT NULL, s smallint UNIQUE DEFERRABLE INITIALLY DEFERRED);
        CREATE UNIQUE INDEX ON single (lower(lower_t));
        CREATE TABLE pairs (a integer CHECK (a BETWEEN 1 AND 10), b text CHECK (b IN ('a','b','c','d','e','f','g','h','i','j')), PRIMARY KEY (a, b));
        CREATE TABLE booked (room integer NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));
        CREATE TABLE later (during int4range NOT NULL, EXCLUDE USING gist (during WITH &&) DEFERRABLE);
        CREATE TABLE few (b boolean PRIMARY KEY)";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["single", "pairs", "booked", "later", "few"]).await;
        for name in ["single", "pairs", "booked", "later"] {
            assert!(count(&seeded, name) >= 100, "{name}: {seeded:?}");
        }
        assert_eq!(count(&seeded, "few"), 2);
        assert!(holds(database, "SELECT count(s) = count(DISTINCT s) FROM single").await);
        assert!(holds(database, "SELECT NOT is_called FROM single_serial_seq").await, "a sequence moved");
        assert!(
            holds(database, "NOT EXISTS (SELECT FROM later a, later b WHERE a.ctid < b.ctid AND a.during && b.during)").await
        );
    });
}

#[test]
fn foreign_keys_are_satisfied_through_cycles_too() {
    const SETUP: &str = "CREATE TABLE tenants (id integer PRIMARY KEY);
        CREATE TABLE users (tenant integer REFERENCES tenants, id bigint, PRIMARY KEY (tenant, id));
        CREATE TABLE posts (id integer PRIMARY KEY, tenant integer NOT NULL REFERENCES tenants, author integer, editor bigint NOT NULL,
            FOREIGN KEY (tenant, author) REFERENCES users, FOREIGN KEY (tenant, editor) REFERENCES users MATCH FULL);
        CREATE TABLE profiles (post integer PRIMARY KEY REFERENCES posts);
        CREATE TABLE trees (id integer PRIMARY KEY, parent integer REFERENCES trees, root integer NOT NULL REFERENCES trees);
        CREATE TABLE chickens (id integer PRIMARY KEY, egg integer);
        CREATE TABLE eggs (id integer PRIMARY KEY, chicken integer NOT NULL REFERENCES chickens);
        ALTER TABLE chickens ADD FOREIGN KEY (egg) REFERENCES eggs;
        CREATE TABLE left_hands (id integer PRIMARY KEY, other integer NOT NULL);
        CREATE TABLE right_hands (id integer PRIMARY KEY, other integer NOT NULL REFERENCES left_hands);
        ALTER TABLE left_hands ADD FOREIGN KEY (other) REFERENCES right_hands;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'a trigger fired'; END$$;
        CREATE TRIGGER refuse BEFORE INSERT ON trees FOR EACH ROW EXECUTE FUNCTION refuse();
        ALTER TABLE trees ENABLE ALWAYS TRIGGER refuse";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["posts", "profiles", "trees", "eggs", "left_hands"]).await;
        for name in ["profiles", "posts", "users", "tenants", "trees", "eggs", "chickens", "left_hands", "right_hands"] {
            assert!(count(&seeded, name) >= 100, "{name}: {seeded:?}");
        }
        assert!(seeded.not_seeded.is_empty(), "{:?}", seeded.not_seeded);
        for (table, key, other) in [
            ("posts", "tenant, author", "users"),
            ("posts", "tenant, editor", "users"),
            ("trees", "parent", "trees"),
            ("trees", "root", "trees"),
            ("chickens", "egg", "eggs"),
            ("eggs", "chicken", "chickens"),
            ("left_hands", "other", "right_hands"),
            ("right_hands", "other", "left_hands"),
            ("profiles", "post", "posts"),
        ] {
            let id = if other == "users" { "tenant, id" } else { "id" };
            let condition = format!("SELECT bool_and(({key}) IN (SELECT {id} FROM {other})) AND count(*) > 10 FROM {table}");
            assert!(holds(database, &condition).await, "{table} ({key})");
        }
        assert!(holds(database, "SELECT tgenabled = 'A' FROM pg_trigger WHERE tgname = 'refuse'").await);
        assert!(holds(database, "SELECT current_setting('session_replication_role') = 'origin'").await);
    });
}

#[test]
fn what_a_referenced_table_references_itself_stays_empty() {
    const SETUP: &str = "CREATE TABLE tenants (id integer PRIMARY KEY);
        CREATE TABLE users (id bigint PRIMARY KEY, tenant integer NOT NULL REFERENCES tenants);
        CREATE TABLE posts (id integer PRIMARY KEY, author bigint NOT NULL REFERENCES users, best integer);
        CREATE TABLE comments (id integer PRIMARY KEY, post integer NOT NULL REFERENCES posts);
        ALTER TABLE posts ADD FOREIGN KEY (best) REFERENCES comments";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["comments"]).await;
        assert!(seeded.not_seeded.is_empty(), "{:?}", seeded.not_seeded);
        assert!(count(&seeded, "posts") >= 100 && count(&seeded, "comments") >= 100, "{seeded:?}");
        assert!(holds(database, "SELECT NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM tenants)").await);
        let back = "SELECT bool_and(best IN (SELECT id FROM comments)) FROM posts";
        assert!(holds(database, back).await, "what points back at the given tables is satisfied");
    });
}

#[test]
fn names_rules_policies_and_rows_that_are_there_do_not_matter() {
    const SETUP: &str = r#"CREATE SCHEMA "My ""App"; CREATE TYPE "My ""App"."Ko'nd" AS ENUM ('a''b', 'c"d');
        CREATE TABLE public."we""ird Table" ("Col 1" bigint PRIMARY KEY, "select" text NOT NULL CHECK ("select" <> 'x'), "~v0" integer,
            "ä" "My ""App"."Ko'nd" NOT NULL, tuple "My ""App"."Ko'nd"[], CHECK ("~v0" > "Col 1"));
        CREATE TABLE narrow (id integer PRIMARY KEY REFERENCES "we""ird Table", o integer GENERATED ALWAYS AS IDENTITY);
        CREATE TABLE ruled (id integer PRIMARY KEY);
        CREATE RULE nothing AS ON INSERT TO ruled DO INSTEAD NOTHING; ALTER TABLE ruled ENABLE ALWAYS RULE nothing;
        CREATE TABLE also_ruled (id integer PRIMARY KEY);
        CREATE RULE nothing AS ON INSERT TO also_ruled DO INSTEAD NOTHING;
        CREATE TABLE secret (id integer PRIMARY KEY); ALTER TABLE secret ENABLE ROW LEVEL SECURITY; ALTER TABLE secret FORCE ROW LEVEL SECURITY;
        CREATE TABLE filled (id integer PRIMARY KEY, t text); INSERT INTO filled SELECT i, 'kept' FROM generate_series(1, 50) i"#;
    on_a_database(SETUP, async |database| {
        let names = ["we\"ird Table", "narrow", "ruled", "also_ruled", "secret", "filled"];
        let seeded = seeded(database, &names).await;
        for name in names {
            assert!(count(&seeded, name) >= 100, "{name}: {seeded:?}");
        }
        assert!(seeded.not_seeded.is_empty(), "{:?}", seeded.not_seeded);
        assert!(holds(database, "SELECT count(*) = 50 FROM filled WHERE t = 'kept'").await);
        assert!(holds(database, "SELECT ev_enabled = 'A' FROM pg_rewrite WHERE ev_class = 'ruled'::regclass").await);
        let read = rows::read(database, &tables(&names)).await.expect("reading");
        assert_eq!(read.tables.len(), names.len());
    });
}

#[test]
fn a_wide_table_is_no_matter() {
    let columns: Vec<String> = (0..300).map(|it| format!("c{it} {}", ["integer", "text NOT NULL", "date"][it % 3])).collect();
    on_a_database(&format!("CREATE TABLE wide ({})", columns.join(", ")), async |database| {
        let seeded = seeded(database, &["wide"]).await;
        assert!(count(&seeded, "wide") >= 100 && seeded.not_seeded.is_empty(), "{seeded:?}");
    });
}

#[test]
fn each_partition_has_rows() {
    const SETUP: &str =
        "CREATE TABLE events (id integer, at date, kind text, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
        CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
        CREATE TABLE events_january PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01') PARTITION BY LIST (kind);
        CREATE TABLE events_january_a PARTITION OF events_january FOR VALUES IN ('a', 'aa');
        CREATE TABLE events_january_rest PARTITION OF events_january DEFAULT;
        CREATE TABLE events_rest PARTITION OF events DEFAULT PARTITION BY HASH (id);
        CREATE TABLE events_rest_0 PARTITION OF events_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE events_rest_1 PARTITION OF events_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE notes (event integer, at date, kind text, FOREIGN KEY (event, at, kind) REFERENCES events);
        CREATE TABLE empty (id integer) PARTITION BY LIST (id);
        CREATE TABLE parent (id integer); CREATE TABLE child (t text NOT NULL) INHERITS (parent)";
    on_a_database(SETUP, async |database| {
        let seeded = seeded(database, &["events", "notes", "empty", "parent"]).await;
        assert!(
            count(&seeded, "events") >= 100 && count(&seeded, "notes") >= 100 && count(&seeded, "child") >= 100,
            "{seeded:?}"
        );
        for leaf in ["events_old", "events_january_a", "events_january_rest", "events_rest_0", "events_rest_1"] {
            assert!(count(&seeded, leaf) >= 10, "{leaf}: {seeded:?}");
        }
        assert_eq!(reasons(&seeded, "empty"), "it has no partitions");
        assert!(holds(database, "SELECT count(DISTINCT event) > 50 FROM notes JOIN events e ON (event, notes.at, notes.kind) = (e.id, e.at, e.kind)").await);
    });
}

#[test]
fn what_cannot_be_seeded_is_reported_with_the_reason() {
    const SETUP: &str = "CREATE TABLE never (id integer, CONSTRAINT never_at_all CHECK (id IS NULL AND id IS NOT NULL));
        CREATE TABLE raising (id integer NOT NULL CHECK (1 / (id - id) > 0));
        CREATE TABLE of_never (id integer NOT NULL REFERENCES of_parent) ;
        CREATE TABLE only_null (id integer, x text CHECK (md5(x) = 'b1946ac92492d2347c6235b4d2611184'));
        CREATE TABLE nothing (); CREATE TABLE computed (n integer GENERATED ALWAYS AS (1) STORED);
        CREATE VIEW seen AS SELECT 1 AS one";
    let setup = SETUP.replace(
        "CREATE TABLE of_never",
        "CREATE TABLE of_parent (id integer PRIMARY KEY CHECK (id <> id)); CREATE TABLE of_never",
    );
    on_a_database(&setup, async |database| {
        let seeded =
            seeded(database, &["never", "raising", "of_never", "only_null", "nothing", "computed", "seen", "missing"]).await;
        assert_eq!(reasons(&seeded, "never"), "CHECK never_at_all refused every candidate");
        assert_eq!(reasons(&seeded, "raising"), "division by zero");
        assert_eq!(reasons(&seeded, "of_never"), "FOREIGN KEY of_never_id_fkey: public.of_parent has no rows that fit");
        assert_eq!(reasons(&seeded, "only_null"), "column x: only null");
        assert_eq!(reasons(&seeded, "seen"), "a view's rows are others'");
        assert_eq!(reasons(&seeded, "missing"), "it does not exist");
        assert!(
            count(&seeded, "nothing") >= 100 && count(&seeded, "computed") >= 100 && count(&seeded, "only_null") >= 100,
            "{seeded:?}"
        );
    });
}

#[test]
fn the_same_catalog_gives_the_same_rows_and_leaves_nothing_behind() {
    const TABLES: &str =
        "CREATE TABLE a (id bigint PRIMARY KEY, t varchar(20) NOT NULL, n numeric(10,2), at timestamptz NOT NULL, d jsonb);
        CREATE TABLE b (id bigint PRIMARY KEY, a bigint NOT NULL REFERENCES a, k text NOT NULL CHECK (k IN ('x', 'y')), at date);
        CREATE TABLE c (id uuid PRIMARY KEY, b bigint REFERENCES b, low integer, high integer, CHECK (low < high), tags text[]);
        CREATE TABLE d (id integer PRIMARY KEY, parent integer REFERENCES d, name text UNIQUE, ok boolean NOT NULL DEFAULT true);
        CREATE TABLE e (a bigint REFERENCES a, d integer REFERENCES d, PRIMARY KEY (a, d), note text);";
    let mut contents = Vec::new();
    for setup in [TABLES.to_owned(), format!("{TABLES} DROP EXTENSION plpgsql")] {
        on_a_database(&setup, async |database| {
            let names = ["a", "b", "c", "d", "e"];
            let seeded = seeded(database, &names).await;
            let mut read = rows::read(database, &tables(&names)).await.expect("reading");
            read.tables.values_mut().for_each(|it| it.oid = 0);
            assert!(seeded.not_seeded.is_empty() && seeded.rows.values().all(|it| *it >= 100), "{seeded:?}");
            let left = "SELECT count(*) = 0 FROM pg_namespace WHERE nspname LIKE 'pg\\_temp%'";
            assert!(holds(database, left).await, "a temporary schema is left");
            contents.push(read);
        });
    }
    assert!(contents[0] == contents[1], "two runs differ");
}
