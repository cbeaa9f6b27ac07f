//! What `diff` does when something may have been renamed.

use crate::support::live::Live;
use crate::support::project::Project;

const ORDERS: &str = "CREATE TABLE orders (\n    id serial PRIMARY KEY,\n    note text\n);\n";
const REMARK: &str = "CREATE TABLE orders (\n    id serial PRIMARY KEY,\n    remark text\n);\n";

/// A project with a migration for `before`, and `after` in its folder.
fn edited(before: &str, after: &str) -> Project {
    let project = Project::new().declaring(before);
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", after);
    project
}

/// The statements of the newest migration.
fn migration(project: &Project) -> String {
    let files = project.files();
    let newest = files.iter().rfind(|it| it.0.starts_with("migrations/0")).expect("a migration");
    let is_said = |it: &&str| !it.starts_with("--") && !it.starts_with("SET LOCAL ") && !it.is_empty();
    newest.1.lines().filter(is_said).collect::<Vec<_>>().join("\n")
}

#[test]
fn with_nobody_to_ask_the_answers_are_spelled_out() {
    let project = edited(ORDERS, REMARK);
    let said = [
        "something may have been renamed, and nothing was written",
        "column public.orders.note may now be public.orders.remark (both text)",
        "if so: write above schema/schema.sql:3: -- schemagen: renamed from note",
        "or say --rename public.orders.note=remark",
        "if column public.orders.remark is new: write above schema/schema.sql:3: -- schemagen: new",
        "--renames auto takes what is unambiguous; --renames off drops and adds",
    ];
    project.refuses(&["diff"], 4, &said);
    project.refuses(&["diff", "--yes", "--dry-run"], 4, &said);

    // Each of the answers.
    let with = |line: &str| REMARK.replace("    remark", &format!("    {line}\n    remark"));
    let hinted = edited(ORDERS, &with("-- schemagen: renamed from note"));
    hinted.run(&["diff"]).succeeds();
    assert_eq!(migration(&hinted), "ALTER TABLE public.orders RENAME COLUMN note TO remark;");
    let new = edited(ORDERS, &with("-- schemagen: new"));
    new.run(&["diff"]).succeeds();
    assert!(migration(&new).contains("DROP COLUMN note"), "{}", migration(&new));
    for (flags, words) in [
        (["--rename", "public.orders.note=remark"], "RENAME COLUMN note TO remark"),
        (["--rename", "orders.note=orders.remark"], "RENAME COLUMN note TO remark"),
        (["--renames", "auto"], "RENAME COLUMN note TO remark"),
        (["--renames", "off"], "DROP COLUMN note"),
    ] {
        let project = edited(ORDERS, REMARK);
        project.run(&["diff", flags[0], flags[1]]).succeeds();
        assert!(migration(&project).contains(words), "{flags:?}: {}", migration(&project));
    }
}

#[test]
fn a_column_whose_values_are_none_of_its_new_type_may_be_the_one_beside_it() {
    let before = "CREATE TABLE lines (id integer PRIMARY KEY, item integer);\n";
    let after = "CREATE TABLE lines (\n    id integer PRIMARY KEY,\n    item uuid,\n    number integer\n);\n";
    let said = ["column public.lines.item may now be public.lines.number (both integer)", "-- schemagen: renamed from item"];
    edited(before, after).refuses(&["diff"], 4, &said);
    let hinted = edited(before, &after.replace("    number", "    -- schemagen: renamed from item\n    number"));
    hinted.run(&["diff"]).succeeds();
    let words = "ALTER TABLE public.lines RENAME COLUMN item TO number;\nALTER TABLE public.lines ADD COLUMN item uuid;";
    assert_eq!(migration(&hinted), words);

    // What a number becomes as a text is what it was, and an expression says what else.
    edited(before, &after.replace("uuid", "text")).run(&["diff"]).succeeds();
    let using = "    -- schemagen: using lpad(item::text, 32, '0')::uuid\n    item uuid";
    edited(before, &after.replace("    item uuid", using)).run(&["diff", "--on-drop", "drop"]).succeeds();
}

#[test]
fn of_many_that_it_may_have_been_the_nearest_names_come_first() {
    let named = |names: &[&str]| names.iter().map(|it| format!("CREATE SEQUENCE {it};\n")).collect::<String>();
    let project = edited(&named(&["a_seq", "b_seq", "c_seq", "d_seq", "e_seq", "order_seq"]), &named(&["order_number_seq"]));
    let asked = project.run(&["diff"]).stderr;
    let told: Vec<&str> =
        asked.lines().filter_map(|it| it.trim_start_matches("  = ").split_once(" may now be ")).map(|it| it.0).collect();
    assert_eq!(told, ["public.order_seq", "public.a_seq", "public.b_seq", "public.c_seq"].map(|it| format!("sequence {it}")));
    assert!(asked.contains("or it was one of 2 more: public.d_seq, public.e_seq"), "{asked}");
}

#[test]
fn a_column_computed_from_one_that_goes_is_not_that_one() {
    let split = "CREATE TABLE orders (
    id serial PRIMARY KEY,
    -- schemagen: using split_part(note, ' ', 1)
    first text,
    -- schemagen: using split_part(note, ' ', 2)
    second text
);
";
    let project = edited(ORDERS, split);
    project.run(&["diff", "--on-drop", "drop"]).succeeds();
    let migrations: String =
        project.files().iter().filter(|it| it.0.starts_with("migrations/0")).map(|it| it.1.as_str()).collect();
    for words in ["SET first = (split_part(note, ' ', 1))", "SET second = (split_part(note, ' ', 2))", "DROP COLUMN note"] {
        assert!(migrations.contains(words), "{migrations}");
    }
}

#[test]
fn what_is_ambiguous_is_never_taken_by_itself() {
    let before = "CREATE TABLE people (id int, first text, last text);\n";
    let project = edited(before, "CREATE TABLE people (id int, name text);\n");
    let said = ["public.people.first may now be public.people.name", "public.people.last may now be public.people.name"];
    let outcome = project.refuses(&["diff"], 4, &said);
    assert!(
        outcome.stderr.contains("write in front of it at schema/schema.sql:1: /* schemagen: renamed from first */"),
        "{outcome}"
    );
    let outcome = project.run(&["diff", "--renames", "auto"]).succeeds();
    assert!(outcome.stderr.contains("dropped and added, not renamed: column public.people.first"), "{outcome}");
    assert!(!migration(&project).contains("RENAME"), "{}", migration(&project));
}

#[test]
fn hints_that_no_longer_apply_are_told() {
    let schema = "-- schemagen: renamed from old\nCREATE TABLE t (\n    id int, -- schemagen: new\n    n int\n);\n";
    let project = Project::new().declaring(schema);
    let told = ["schema/schema.sql:1: the hint no longer applies", "schema/schema.sql:3: the hint no longer applies"];
    let outcome = project.run(&["diff"]).succeeds();
    assert!(
        outcome.stderr.contains(told[0]) && !outcome.stderr.contains(told[1]),
        "the table is new, its column with it: {outcome}"
    );
    let outcome = project.run(&["diff"]).succeeds();
    assert!(told.iter().all(|it| outcome.stderr.contains(it)), "{outcome}");
    project.write("schema/schema.sql", &format!("{schema}CREATE TABLE u (id int);\n"));
    let outcome = project.run(&["diff"]).succeeds();
    assert!(told.iter().all(|it| outcome.stderr.contains(it)), "{outcome}");
}

#[test]
fn everything_that_may_have_been_renamed_is_found() {
    let before = "CREATE SCHEMA app;\nCREATE TABLE app.a (id int);\nCREATE TABLE app.b (id int, n int);\n\
        CREATE TYPE mood AS ENUM ('sad', 'so', 'happy');\nCREATE TABLE people (id serial PRIMARY KEY, mood mood);\n\
        CREATE VIEW v AS SELECT id FROM people;\nCREATE MATERIALIZED VIEW m AS SELECT id FROM people;\n\
        CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n';\nCREATE SEQUENCE s START 7;\n\
        CREATE DOMAIN d AS int CHECK (VALUE > 0);\nCREATE TYPE c AS (x int, y int);\n";
    let after = "CREATE SCHEMA application;\nCREATE TABLE application.a (id int);\nCREATE TABLE application.b (id int, n int);\n\
        CREATE TYPE mood AS ENUM ('blue', 'so', 'happy');\nCREATE TABLE humans (id serial PRIMARY KEY, mood mood);\n\
        CREATE VIEW w AS SELECT id FROM humans;\nCREATE MATERIALIZED VIEW n AS SELECT id FROM humans;\n\
        CREATE FUNCTION g(n int) RETURNS int LANGUAGE sql AS 'SELECT n';\nCREATE SEQUENCE r START 7;\n\
        CREATE DOMAIN e AS int CHECK (VALUE > 0);\nCREATE TYPE k AS (x int, y int);\n";
    let project = edited(before, after);
    let said = [
        "schema app may now be application (the same 2 objects)",
        "public.mood.sad may now be public.mood.blue (label 1 of 3)",
        "--rename public.mood.sad=blue",
        "renamed from 'sad'",
        "table public.people may now be public.humans (the same 2 columns)",
        "function public.f.integer may now be public.g.integer",
        "--rename 'public.f(integer)=g'",
        "sequence public.s may now be public.r",
        "domain public.d may now be public.e",
        "composite type public.c may now be public.k",
    ];
    project.refuses(&["diff"], 4, &said);
    let outcome = project.run(&["diff", "--renames", "auto"]).succeeds();
    assert!(outcome.stderr.contains("Renamed: table public.people is now public.humans"), "{outcome}");
    let statements = migration(&project);
    let stays = "ALTER VIEW public.v SET SCHEMA public;";
    assert!(statements.lines().all(|it| it.contains("RENAME") || it == stays), "{statements}");
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn rows_stay_where_their_table_and_their_columns_have_other_names() {
    let live = Live::new();
    let project = live.project().declaring(ORDERS);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders (note) SELECT 'note ' || n FROM generate_series(1, 100) n");
    project.write("schema/schema.sql", &REMARK.replace("TABLE orders", "TABLE purchases"));
    project.run(&["diff", "--rename", "public.orders=purchases", "--rename", "public.orders.note=remark"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM purchases WHERE remark = 'note ' || id"), 100);
    live.run("INSERT INTO purchases (remark) VALUES ('the next number')");
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT max(id) FROM orders WHERE note IS NOT NULL"), 101);
}

#[test]
fn two_that_exchange_their_names_keep_what_they_hold() {
    let live = Live::new();
    let of = |one: &str, other: &str, columns: [&str; 2]| {
        format!(
            "CREATE TABLE {one} (id int PRIMARY KEY, {} int, {} int);\nCREATE TABLE {other} (id int PRIMARY KEY REFERENCES {one});
CREATE FUNCTION f_{one}(int) RETURNS int LANGUAGE sql RETURN 1;\n",
            columns[0], columns[1]
        )
    };
    let project = live.project().declaring(&of("current", "next", ["low", "high"]));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO current SELECT i, i, i * 10 FROM generate_series(1, 5) i; INSERT INTO next VALUES (3)");
    project.write("schema/schema.sql", &of("next", "current", ["high", "low"]).replace("f_next", "f_current"));
    let flags = ["current=next", "next=current", "current.low=high", "current.high=low"];
    let all: Vec<&str> = ["diff", "--name", "exchange"].into_iter().chain(flags.iter().flat_map(|it| ["--rename", it])).collect();
    project.run(&all).succeeds();
    let text = migration(&project);
    assert!(!text.contains("DROP") && text.matches(" RENAME ").count() >= 6, "{text}");
    let rows =
        |table: &str| live.value::<serde_json::Value>(&format!("SELECT jsonb_agg(t) FROM (SELECT * FROM {table} LIMIT 1) t"));
    for _ in 0..2 {
        project.run(&["apply", "--yes"]).succeeds();
        assert_eq!(rows("next"), serde_json::json!([{ "id": 1, "high": 1, "low": 10 }]));
        assert_eq!(rows("current"), serde_json::json!([{ "id": 3 }]));
        project.run(&["diff", "--exit-code"]).succeeds();
        project.run(&["rollback", "--yes"]).succeeds();
        assert_eq!(rows("current"), serde_json::json!([{ "id": 1, "low": 1, "high": 10 }]));
    }
}
