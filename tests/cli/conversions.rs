//! Conversions of values on a live database: what may not come through is watched, what is meant is kept, and the rollback has it.

use crate::support::live::Live;
use crate::support::project::Project;

const ROWS: &str = "SELECT jsonb_agg(to_jsonb(t) ORDER BY id) FROM t";

/// A project whose database is at `before` with these rows.
fn at(live: &Live, before: &str, rows: &str) -> Project {
    let project = live.project().declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(rows);
    project
}

#[test]
fn a_narrower_type_is_guarded_and_the_guard_stops_before_any_harm() {
    let live = Live::new();
    let rows = "INSERT INTO t VALUES (1, 'ok', 1), (2, 'too long', 2), (3, 'pad   ', 4000000000)";
    let project = at(&live, "CREATE TABLE t (id int PRIMARY KEY, note text, many bigint);", rows);
    project.write("schema/schema.sql", "CREATE TABLE t (id int PRIMARY KEY, note varchar(3), many int);");
    let outcome = project.run(&["diff", "--name", "narrow"]).succeeds();
    let words = "the migration stops: 1 case on live rows stands against public.t.many from bigint to integer (id = 3)";
    assert!(outcome.stderr.contains(words), "{outcome}");
    // The blanks at the end would be cut without a word.
    let words = "2 cases on live rows stand against public.t.note from text to character varying(3) (id = 2; id = 3)";
    assert!(outcome.stderr.contains(words), "{outcome}");
    let migration = project.read("migrations/002_narrow.sql");
    assert!(
        migration.contains("-- Stops unless it holds: every value comes through: public.t.many from bigint to integer\nDO $$"),
        "{migration}"
    );
    assert!(migration.contains("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE"), "{migration}");
    assert_eq!(migration.matches("ALTER TABLE").count(), 1, "one rewrite: {migration}");
    let before: serde_json::Value = live.value(ROWS);
    assert_eq!(project.run(&["apply", "--yes"]).status, Some(1));
    assert_eq!(live.value::<serde_json::Value>(ROWS), before);
    live.run("UPDATE t SET many = 4 WHERE id = 3; UPDATE t SET note = 'ok ' WHERE id > 1");
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn a_conversion_that_rounds_is_refused_until_it_is_meant() {
    let project = Project::new().declaring("CREATE TABLE t (id int PRIMARY KEY, price numeric(10,4));");
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE t (id int PRIMARY KEY, price numeric(10,2));");
    project.refuses(&["diff"], 3, &["lost: values of public.t.price: changed in ", "-- schemagen: using <expression>"]);
    let outcome = project.run(&["diff", "--on-drop", "drop", "--dry-run"]).succeeds();
    assert!(!outcome.stdout.contains("Stops unless"), "{outcome}");
}

#[test]
fn a_meant_conversion_keeps_the_old_values_for_the_rollback() {
    let live = Live::new();
    let rows = "INSERT INTO t SELECT i, i + 0.1234, 'n' || i FROM generate_series(1, 9) i; INSERT INTO t VALUES (10, 5.5, '12'), (11, NULL, NULL)";
    let project = at(&live, "CREATE TABLE t (id int PRIMARY KEY, price numeric(10,4), code text);", rows);
    let before: serde_json::Value = live.value(ROWS);
    let after = "CREATE TABLE t (
    id int PRIMARY KEY,
    -- schemagen: using round(price, 1)
    price numeric(10,1),
    -- schemagen: using CASE WHEN code ~ '^\\d+$' THEN code::int END
    code int
);";
    project.write("schema/schema.sql", after);
    project.run(&["diff", "--name", "round"]).succeeds();
    let migration = project.read("migrations/002_round.sql");
    assert!(migration.contains("ALTER COLUMN price TYPE numeric(10,1) USING (round(price, 1))"), "{migration}");
    assert!(!migration.contains("Stops unless"), "it is meant: {migration}");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<f64>("SELECT price FROM t WHERE id = 1"), 1.1);
    assert_eq!(live.value::<i64>("SELECT count(code) FROM t"), 1);
    let again = project.run(&["diff"]).succeeds();
    assert!(again.stderr.contains("schema.sql:3: the hint no longer applies and can be removed"), "{again}");
    // What is written since is no old value.
    live.run("UPDATE t SET price = 7.7 WHERE id = 2; INSERT INTO t VALUES (12, 1.5, 3)");
    project.run(&["rollback", "--yes"]).succeeds();
    let mut expected = before.clone();
    expected[1]["price"] = serde_json::json!(7.7);
    let mut found: serde_json::Value = live.value(ROWS);
    let new = found.as_array_mut().and_then(Vec::pop);
    assert_eq!(new, Some(serde_json::json!({ "id": 12, "price": 1.5, "code": "3" })));
    let number = |it: &serde_json::Value| it.as_array().map(|it| it.iter().map(|it| it["price"].as_f64()).collect::<Vec<_>>());
    assert_eq!(number(&found), number(&expected));
    let codes = |it: &serde_json::Value| it.as_array().map(|it| it.iter().map(|it| it["code"].clone()).collect::<Vec<_>>());
    assert_eq!(codes(&found), codes(&before));
}

#[test]
fn the_old_values_of_tables_that_inherit_come_back_too() {
    let live = Live::new();
    let of = |price: &str| {
        format!(
            "CREATE TABLE t (id int, {price});
CREATE TABLE child (note text UNIQUE) INHERITS (t);
CREATE TABLE grandchild (PRIMARY KEY (note)) INHERITS (child);
CREATE TABLE other (price numeric(10,4)) INHERITS (t);"
        )
    };
    let rows =
        "INSERT INTO t VALUES (1, 1.11), (2, 2.5); INSERT INTO child VALUES (3, 3.33, 'c'), (3, 3.33, 'd'), (4, NULL, NULL);
        INSERT INTO grandchild VALUES (5, 5.55, 'e'), (6, 6.06, 'f'); INSERT INTO other VALUES (7, 7.77)";
    let project = at(&live, &of("price numeric(10,4)"), rows);
    let before: serde_json::Value = live.value(BY_TABLE);
    let after = of("\n-- schemagen: using round(price, 1)\nprice numeric(10,1)")
        .replace("other (price numeric(10,4))", "other (price numeric(10,1))");
    project.write("schema/schema.sql", &after);
    project.run(&["diff", "--name", "round"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<f64>("SELECT sum(price) FROM t"), 1.1 + 2.5 + 3.3 + 3.3 + 5.6 + 6.1 + 7.8);
    live.run("UPDATE child SET price = 9.9 WHERE id = 6");
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("UPDATE child SET price = 6.06 WHERE id = 6 AND price = 9.9");
    assert_eq!(live.value::<serde_json::Value>(BY_TABLE), before);
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn rows_that_differ_only_in_what_is_converted_get_their_own_values_back() {
    let live = Live::new();
    let rows = "INSERT INTO t VALUES ('x', 1.11, 2.24, 'a'), ('x', 1.1, 2.21, 'a'), ('x', 1.14, 2.2, 'b'), ('x', 1.1, 2.2, 'b'), ('x', 1.1, 2.2, 'b'), (NULL, 9.99, 2.2, NULL)";
    let of = |labels: &str, scale: u8, hints: [&str; 2]| {
        format!(
            "CREATE TYPE e AS ENUM ({labels}); CREATE TABLE t (note text,\n{}\na numeric(10,{scale}),\n{}\nb numeric(10,{scale}), e e);",
            hints[0], hints[1]
        )
    };
    let project = at(&live, &of("'a', 'b'", 2, ["", ""]), rows);
    let before: serde_json::Value = live.value(BY_TABLE);
    let hints = ["-- schemagen: using round(a, 1)", "-- schemagen: using round(b, 1)"];
    project.write("schema/schema.sql", &format!("-- schemagen: map 'a' to 'b'\n{}", of("'b'", 1, hints)));
    project.run(&["diff", "--name", "round"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE a = 1.1 AND b = 2.2 AND e = 'b'"), 5);
    live.run("UPDATE t SET e = 'b' WHERE note IS NULL");
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("UPDATE t SET e = NULL, a = 9.99 WHERE note IS NULL");
    assert_eq!(live.value::<serde_json::Value>(BY_TABLE), before);
}

/// All rows of a table and those that inherit it.
const BY_TABLE: &str =
    "SELECT jsonb_agg(to_jsonb(t) || jsonb_build_object('table', tableoid::regclass::text) ORDER BY t::text) FROM t";

#[test]
fn labels_that_go_are_counted_mapped_and_brought_back() {
    let live = Live::new();
    let rows = "INSERT INTO t SELECT i, (ARRAY['red', 'green', 'blue'])[1 + i % 3]::colour, ARRAY['green', 'red']::colour[] FROM generate_series(1, 9) i";
    let before = "CREATE TYPE colour AS ENUM ('red', 'green', 'blue');
CREATE TABLE t (id int PRIMARY KEY, colour colour DEFAULT 'red', liked colour[]);";
    let project = at(&live, before, rows);
    let old: serde_json::Value = live.value(ROWS);
    let after = "CREATE TYPE colour AS ENUM ('red', 'blue');
CREATE TABLE t (id int PRIMARY KEY, colour colour DEFAULT 'red', liked colour[]);";
    project.write("schema/schema.sql", after);
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    let words = "3 cases on live rows stand against public.t.colour without the labels 'green' (id = 1; id = 4; id = 7)";
    assert!(outcome.stderr.contains(words), "{outcome}");
    assert!(outcome.stderr.contains("9 cases on live rows stand against public.t.liked without the labels 'green'"), "{outcome}");

    project.write("schema/schema.sql", &format!("-- schemagen: map 'green' to 'purple'\n{after}"));
    project.refuses(&["diff"], 1, &["schema.sql:1", "'purple' is no label of public.colour"]);
    project.write("schema/schema.sql", &format!("-- schemagen: map 'green' to 'blue'\n{after}"));
    project.run(&["diff", "--name", "no green"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE colour = 'blue' AND liked = '{blue,red}'"), 6);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(ROWS), old);
    assert_eq!(
        live.value::<i64>(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'schemagen_archive'"
        ),
        0
    );
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn labels_are_mapped_wherever_a_type_holds_them() {
    let live = Live::new();
    let of = |labels: &str| {
        format!(
            "CREATE TYPE colour AS ENUM ({labels});
CREATE DOMAIN shown AS colour CHECK (VALUE <> 'blue');
CREATE DOMAIN several AS colour[];
CREATE TYPE \"Spot\" AS (x int, \"Colour\" colour, note text);
CREATE TYPE pair AS (one \"Spot\", others colour[], shown shown);
CREATE DOMAIN marked AS pair;
CREATE TABLE t (id int PRIMARY KEY, shown shown, shown_all shown[], several several, spot \"Spot\", pair pair, marked marked);"
        )
    };
    let rows = "INSERT INTO t VALUES
        (1, 'green', '{green,red}', '{red,green}', '(1,green,\"a, b\")', '(\"(2,green,)\",\"{green,blue}\",red)', '(,{red},green)'),
        (2, 'red', '{red}', NULL, NULL, NULL, NULL),
        (3, NULL, NULL, '{}', '(,,)', '(,,)', '(\"(,,)\",,)')";
    let project = at(&live, &of("'red', 'green', 'blue'"), rows);
    let old: serde_json::Value = live.value(ROWS);
    project.write("schema/schema.sql", &of("'red', 'blue'"));
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    for column in ["shown", "shown_all", "several", "spot", "pair", "marked"] {
        let words = format!("1 case on live rows stands against public.t.{column} without the labels 'green'");
        assert!(outcome.stderr.contains(&words), "{words}\n{outcome}");
    }
    project.write("schema/schema.sql", &format!("-- schemagen: map 'green' to 'red'\n{}", of("'red', 'blue'")));
    project.run(&["diff", "--name", "no green"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let row: String = live.value("SELECT to_jsonb(t.*::text) FROM t WHERE id = 1");
    let mapped = r#"(1,red,"{red,red}","{red,red}","(1,red,""a, b"")","(""(2,red,)"",""{red,blue}"",red)","(,{red},red)")"#;
    assert_eq!(row, mapped);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(ROWS), old);
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn hints_that_make_no_sense_are_refused_at_their_line() {
    let project = Project::new().declaring("CREATE TABLE t (id int PRIMARY KEY, a text);");
    project.run(&["diff"]).succeeds();
    project.write(
        "schema/schema.sql",
        "CREATE TABLE t (id int PRIMARY KEY,\n    -- schemagen: using a::int); DROP TABLE t; --\n    a int);",
    );
    project.refuses(&["diff"], 1, &["schema.sql:2", "is no expression"]);
    project.write("schema/schema.sql", "-- schemagen: using a::int\nCREATE TABLE t (id int PRIMARY KEY, a int);");
    project.refuses(&["diff"], 1, &["schema.sql:1", "stands above nothing it can speak of"]);
}

#[test]
fn the_project_checks_end_a_migration_that_concerns_them() {
    let live = Live::new();
    let project = at(
        &live,
        "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE other (id int);",
        "INSERT INTO t VALUES (1, 1), (2, -1)",
    );
    project.write("schema/checks/t.sql", "-- No debts.\nSELECT id, a FROM t WHERE a < 0;\n\nDO $$ BEGIN ASSERT (SELECT count(*) FROM t) < 100, 'too many'; END $$;\n");
    project.write("schema/checks/other.sql", "SELECT * FROM other WHERE id < 0");
    project.write("schema/schema.sql", "CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE TABLE other (id int);");
    project.run(&["diff", "--name", "add b"]).succeeds();
    let migration = project.read("migrations/002_add_b.sql");
    assert!(migration.contains("-- Stops unless it holds: the check schema/checks/t.sql:2\nDO $$"), "{migration}");
    assert!(
        migration.contains("the check schema/checks/t.sql:4\nDO $$ BEGIN ASSERT") && !migration.contains("other.sql"),
        "{migration}"
    );
    let failed = project.run(&["apply", "--yes"]);
    assert_eq!(failed.status, Some(1), "{failed}");
    assert!(failed.stderr.contains("the check schema/checks/t.sql:2 returns rows"), "{failed}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'"), 0);
    live.run("DELETE FROM t WHERE a < 0");
    project.run(&["apply", "--yes"]).succeeds();
    project.write("schema/checks/t.sql", "DELETE FROM t;\n");
    project.refuses(&["diff"], 1, &["schema/checks/t.sql:1", "a check is a DO block with ASSERT, or a SELECT"]);
}

#[test]
fn a_condition_above_a_table_is_a_check_too() {
    let live = Live::new();
    let project =
        at(&live, "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE o (id int);", "INSERT INTO t VALUES (1, -1)");
    let checked = "-- schemagen: check a >= 0 OR EXISTS (SELECT FROM o)\nCREATE TABLE t (id int PRIMARY KEY, a int, b int);\n";
    project.write("schema/schema.sql", &format!("{checked}CREATE TABLE o (id int);"));
    project.run(&["diff", "--name", "add b"]).succeeds();
    let failed = project.run(&["apply", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("the check schema/schema.sql:1 returns rows"), "{failed}");
    live.run("INSERT INTO o VALUES (1)");
    project.run(&["apply", "--yes"]).succeeds();
    // What does not concern the table goes without it.
    project.write("schema/schema.sql", &format!("{checked}CREATE TABLE o (id int);\nCREATE TABLE p (id int);"));
    project.run(&["diff", "--name", "add p"]).succeeds();
    assert!(!project.read("migrations/003_add_p.sql").contains("Stops unless"));
    project.write("schema/schema.sql", "-- schemagen: check a >=\nCREATE TABLE t (id int PRIMARY KEY, a int);");
    project.refuses(&["diff"], 1, &["schema/schema.sql:1", "is no condition"]);
}

#[test]
fn times_without_a_zone_are_utc_unless_sessions_begin_elsewhere() {
    let live = Live::new();
    let before = "CREATE TABLE t (at timestamp);\n";
    let project = at(&live, before, "INSERT INTO t VALUES ('2026-01-01 00:00')").declaring("CREATE TABLE t (at timestamptz);\n");
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    for it in ["SET LOCAL timezone = 'UTC';", "Times are taken as UTC, whoever runs the file: public.t.at."] {
        assert!(outcome.stdout.contains(it), "no {it:?} in\n{outcome}");
    }
    for it in ["USING", "LOCK TABLE"] {
        assert!(!outcome.stdout.contains(it), "with {it} all rows are written or read: {outcome}");
    }
    live.run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Europe/Berlin''', current_database()); END $$");
    let words = ["it is not said in which zone its times are", "-- schemagen: using at AT TIME ZONE 'Europe/Berlin'"];
    project.refuses(&["diff"], 3, &words);
    let hint = "CREATE TABLE t (\n    -- schemagen: using at AT TIME ZONE 'Europe/Berlin'\n    at timestamptz\n);\n";
    let project = project.declaring(hint);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert!(live.value::<bool>("SELECT at = '2025-12-31 23:00+00' FROM t"));
    project.run(&["rollback", "--yes"]).succeeds();
    assert!(live.value::<bool>("SELECT at = '2026-01-01 00:00' FROM t"));
}

#[test]
fn a_trigger_that_names_a_table_without_its_schema_runs_in_the_proof() {
    const TABLES: &str = "CREATE TABLE keys (of_user int);
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM keys WHERE of_user = NEW.id; RETURN NULL; END';
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, -- schemagen
    deleted bool NOT NULL);
CREATE TRIGGER forget AFTER UPDATE ON users FOR EACH ROW WHEN (NEW.deleted) EXECUTE FUNCTION forget();
";
    let live = Live::new();
    let project = live.project().declaring(&TABLES.replace(" -- schemagen", ""));
    project.write("schemagen.toml", "[online]\nlarge_rows = 10\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO users SELECT i, 'Name ' || i, i % 2 = 0 FROM generate_series(1, 100) i; ANALYZE users");
    let with = TABLES.replace(" -- schemagen", "\n    -- schemagen: using lower(name)\n    handle text NOT NULL,");
    project.write("schema/schema.sql", &with);
    let outcome = project.run(&["diff", "--name", "handles"]).succeeds();
    assert!(!outcome.stderr.contains("Not compared"), "{outcome}");
    assert!(outcome.stderr.contains("seeded rows in "), "{outcome}");
    let risks = project.files().iter().any(|it| it.1.contains("filling rows runs trigger forget of public.users"));
    assert!(risks, "the trigger is told of");
}
