//! From an edited folder to a migration, without a database: the migrations folder stands for it.

use std::collections::BTreeSet;

use crate::support::project::Project;

const USERS: &str = "CREATE TABLE users (\n    id bigint PRIMARY KEY,\n    name text NOT NULL\n);\n";

const FIRST: [&str; 4] = [
    "migrations/001_create_table_users.sql",
    "migrations/rollbacks/001_rollback.sql",
    "migrations/logs/001_create_table_users.md",
    "migrations/HEAD",
];

#[test]
fn a_project_starts_with_what_diff_needs_and_keeps_what_is_there() {
    let project = Project::empty();
    project.write("schema/mine.sql", "-- mine\n");
    let outcome = project.run(&["init"]).succeeds();
    assert_eq!(outcome.stdout, "schemagen.toml\nmigrations/.gitkeep\n.gitattributes\n");
    assert_eq!(project.read("schema/mine.sql"), "-- mine\n");
    let before = project.files();
    let again = project.run(&["init", "--format", "json"]).succeeds();
    assert_eq!(again.json()["written"].as_array().map(Vec::len), Some(0));
    assert_eq!(project.files(), before);
    let outcome = project.run(&["diff", "--exit-code"]).succeeds();
    assert!(outcome.stderr.contains("No changes"), "{outcome}");
}

#[test]
fn diff_writes_migration_rollback_log_and_head_and_then_nothing() {
    let project = Project::new().declaring(USERS);
    let outcome = project.run(&["diff"]).succeeds();
    assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), FIRST);
    let (migration, rollback, log) = (project.read(FIRST[0]), project.read(FIRST[1]), project.read(FIRST[2]));
    assert!(migration.starts_with("-- Migration 001: Create table users\n"), "{migration}");
    assert!(migration.contains("CREATE TABLE public.users (\n"), "{migration}");
    assert!(rollback.contains("DROP TABLE IF EXISTS public.users"), "{rollback}");
    for part in ["## Migration 001: Create table users", "**Date**:", "**Risk Level**: Safe", "### Changes", "### Rollback"] {
        assert!(log.contains(part), "no {part:?} in\n{log}");
    }
    let to = migration.lines().find_map(|it| it.strip_prefix("-- Schema: ")?.split(" -> ").nth(1)).expect("fingerprints");
    assert_eq!(project.read(FIRST[3]), format!("001 {to}\n"));

    let files = project.files();
    let again = project.run(&["diff", "--exit-code"]).succeeds();
    assert_eq!(again.stdout, "");
    assert_eq!(project.files(), files);

    project
        .write("schema/orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);\n");
    project.run(&["diff", "--name", "take orders"]).succeeds();
    let written: BTreeSet<String> = project.files().into_keys().filter(|it| it.contains("002")).collect();
    let expected =
        ["migrations/002_take_orders.sql", "migrations/logs/002_take_orders.md", "migrations/rollbacks/002_rollback.sql"];
    assert_eq!(written.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(project.read("migrations/HEAD").starts_with("002 "));
    assert_eq!(files[FIRST[0]], project.read(FIRST[0]), "what is written stays as it is");
}

#[test]
fn a_dry_run_prints_the_files_and_writes_none() {
    let project = Project::new().declaring(USERS);
    let before = project.files();
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    for it in FIRST {
        assert!(outcome.stdout.contains(&format!("--- {it}\n")), "no {it} in\n{outcome}");
    }
    assert!(outcome.stdout.contains("CREATE TABLE public.users (\n"), "{outcome}");
    let outcome = project.run(&["diff", "--dry-run", "--exit-code"]);
    assert_eq!(outcome.status, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("differ") && !outcome.stderr.contains("error"), "{outcome}");
    assert_eq!(project.files(), before);
    assert_eq!(project.run(&["diff", "--exit-code"]).status, Some(2));
    assert!(project.at(FIRST[0]).exists(), "with --exit-code the files are written all the same");
}

#[test]
fn the_result_for_programs_is_json_and_nothing_else() {
    let project = Project::new().declaring(USERS);
    let dry = project.run(&["diff", "--dry-run", "--format", "json"]).succeeds().json();
    assert_eq!((&dry["changed"], &dry["written"]), (&true.into(), &false.into()));
    assert!(dry["files"][0]["text"].as_str().is_some_and(|it| it.contains("CREATE TABLE public.users")), "{dry}");
    let outcome = project.run(&["--format", "json", "diff"]).succeeds();
    let json = outcome.json();
    assert_eq!((&json["changed"], &json["written"], &json["statements"]), (&true.into(), &true.into(), &1.into()));
    let paths: Vec<&str> = json["files"].as_array().expect("files").iter().filter_map(|it| it["path"].as_str()).collect();
    assert_eq!(paths, FIRST);
    assert!(outcome.stderr.contains("Proved"), "what is going on is told beside the result: {outcome}");
    let json = project.run(&["diff", "--format", "json"]).succeeds().json();
    assert_eq!((&json["changed"], json["files"].as_array().map(Vec::len)), (&false.into(), Some(0)));
    let quiet = project.run(&["diff", "--quiet"]).succeeds();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let schema = "CREATE TYPE mood AS ENUM ('sad', 'happy');\n\
        CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood NOT NULL DEFAULT 'happy', name text);\n\
        CREATE INDEX people_name ON people (lower(name)) WHERE mood = 'sad';\n\
        CREATE VIEW happy AS SELECT id, name FROM people WHERE mood = 'happy';\n\
        CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM people';\n\
        COMMENT ON TABLE people IS 'all of us';\nGRANT SELECT ON people TO reader;\n";
    let write = || {
        let project = Project::new().declaring(schema);
        project.run(&["diff"]).succeeds();
        project.write("schema/more.sql", "ALTER TABLE people ADD born date;\nCREATE INDEX people_born ON people (born);\n");
        project.run(&["diff"]).succeeds();
        project.files()
    };
    let (one, other) = (write(), write());
    assert_eq!(one.len(), 16, "{:?}", one.keys());
    assert_eq!(one, other);
}

#[test]
fn a_loss_is_refused_until_it_is_meant() {
    let project = Project::new().declaring("CREATE TABLE items (id bigint PRIMARY KEY, price numeric(10, 4));\n");
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE items (id bigint PRIMARY KEY, price numeric(10, 2));\n");
    let refusal = ["destroys what is stored", "nothing was written", "lost: values of public.items.price", "--on-drop drop"];
    project.refuses(&["diff"], 3, &refusal);
    project.refuses(&["diff", "--dry-run"], 3, &["--on-drop drop"]);
    project.run(&["diff", "--on-drop", "drop"]).succeeds();
    let migration = project.read("migrations/002_change_items_price_column.sql");
    assert!(migration.contains("numeric(10,2)"), "{migration}");
    assert!(!migration.contains("-- Risk: Safe") && !migration.contains("-- Rollback: exact"), "{migration}");
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn what_is_dropped_for_good_is_said_to_be() {
    let project = Project::new().declaring(USERS);
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    project.run(&["diff", "--on-drop", "drop"]).succeeds();
    let migration = project.read("migrations/002_drop_users_name.sql");
    assert!(migration.contains("DROP COLUMN name") && !migration.contains("schemagen_archive"), "{migration}");
    assert!(
        migration.contains("-- Rollback: may fail: column \"name\" of relation \"users\" contains null values"),
        "{migration}"
    );
}

#[test]
fn a_migration_by_hand_takes_its_place_in_the_order() {
    let project = Project::new().declaring(USERS);
    project.run(&["diff"]).succeeds();
    let outcome = project.run(&["new", "Backfill", "the", "totals"]).succeeds();
    let [migration, rollback, log, head] = outcome.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{outcome}") };
    assert_eq!(migration, "migrations/002_backfill_the_totals.sql");
    assert!(project.read(migration).starts_with("-- Migration 002: Backfill the totals\n"));
    assert!(project.read(rollback).contains("RAISE EXCEPTION"), "an unwritten rollback must not pass for one that does nothing");
    assert!(project.read(log).starts_with("## Migration 002: Backfill the totals\n"));
    assert!(project.read(head).starts_with("002 "));
    // What it does counts for the next diff.
    project.write(migration, "-- Migration 002: Backfill\nALTER TABLE users ADD total integer;\n");
    project.write("schema/schema.sql", &USERS.replace("text NOT NULL", "text NOT NULL,\n    total integer"));
    project.run(&["diff", "--exit-code"]).succeeds();
    project.refuses(&["new", "¿?"], 1, &["no file can be named after", "letters a to z"]);
}

#[test]
fn a_wrong_command_line_is_64_and_shows_no_password() {
    let project = Project::new();
    project.refuses(&["diff", "--nmae", "x"], 64, &["unexpected argument '--nmae'", "--name"]);
    project.refuses(&["rollback", "--to", "1", "--steps", "1"], 64, &["cannot be used with"]);
    project.refuses(&["frobnicate"], 64, &["unrecognized subcommand"]);
    let outcome = project.refuses(&["diff", "--url", "postgres://u:hunter2@h/x"], 64, &["--url"]);
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    let outcome = project.refuses(&["diff", "postgres://u:hunter2@h/x"], 64, &["unexpected argument"]);
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
}
