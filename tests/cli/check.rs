//! `schemagen check`: what it lets through, and each thing that it stops.

use crate::support::live::Live;
use crate::support::project::{Outcome, Project};

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n";
const MORE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, born date);\n";

/// A project with two migrations whose logs are complete, in a git repository.
fn project() -> Project {
    let project = Project::new().declaring(USERS);
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", MORE);
    project.run(&["diff"]).succeeds();
    for it in ["001_create_table_users", "002_add_users_born"] {
        complete(&project, it);
    }
    project.git(&["init", "-q"]);
    project.commit("Start");
    project
}

fn complete(project: &Project, migration: &str) {
    let log = format!("migrations/logs/{migration}.md");
    project.write(&log, &project.read(&log).replace("_(the author completes this line)_", "it is needed"));
}

/// The check fails with that status, says all of it and writes nothing.
fn stops(project: &Project, arguments: &[&str], status: i32, words: &[&str]) -> Outcome {
    let before = project.files();
    let outcome = project.run(arguments);
    assert_eq!(outcome.status, Some(status), "{outcome}");
    for it in words {
        assert!(outcome.stdout.contains(it), "no {it:?} in\n{outcome}");
    }
    assert_eq!(project.files(), before, "a check writes nothing");
    outcome
}

#[test]
fn what_is_in_order_passes() {
    let project = project();
    let outcome = project.run(&["check"]).succeeds();
    assert_eq!(outcome.stdout, "", "{outcome}");
    assert!(outcome.stderr.contains("Passed: 2 migrations checked, 2 of them run there, back and there again"), "{outcome}");
    let json = project.run(&["check", "--format", "json"]).succeeds().json();
    assert_eq!(
        (&json["passed"], &json["migrations"], &json["run"]),
        (&true.into(), &2.into(), &serde_json::json!(["001", "002"]))
    );
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn a_line_that_waits_for_its_author_is_a_warning() {
    let project = Project::new().declaring(USERS);
    project.run(&["diff"]).succeeds();
    let outcome = project.run(&["check"]).succeeds();
    let line = project.read("migrations/logs/001_create_table_users.md").lines().position(|it| it.starts_with("Why:"));
    let place = format!("warning: migrations/logs/001_create_table_users.md:{}: ", line.expect("the line") + 1);
    assert!(outcome.stdout.contains(&place), "{outcome}");
    assert!(outcome.stderr.contains("1 warning"), "{outcome}");
    let github = Project::with(project, "GITHUB_ACTIONS", "true");
    let outcome = github.run(&["check"]).succeeds();
    assert!(outcome.stdout.contains("::warning file=migrations/logs/001_create_table_users.md,line="), "{outcome}");
}

#[test]
fn a_migration_that_was_begun_by_hand_is_not_let_through() {
    let project = project();
    project.run(&["new", "backfill"]).succeeds();
    let words = ["the rollback of migration 003 is not written yet", "003_backfill.sql:2: this line is not filled in"];
    stops(&project, &["check"], 1, &words);
}

#[test]
fn a_folder_that_says_more_than_the_migrations_is_a_difference() {
    let project = project();
    project.write("schema/schema.sql", &MORE.replace("born date", "born date, email text"));
    let words = ["difference: schema: ", "column public.users.email is declared, and no migration makes it", "schemagen diff"];
    let outcome = stops(&project, &["check"], 2, &words);
    assert!(!outcome.stderr.contains("error"), "{outcome}");
    project.write("schema/schema.sql", USERS);
    stops(&project, &["check"], 2, &["column public.users.born is made by a migration, and not declared"]);
    project.write("schema/schema.sql", "CREATE TABEL x ();\n");
    stops(&project, &["check"], 1, &["error: schema/schema.sql:1: syntax error"]);
}

#[test]
fn a_rollback_that_does_not_restore_is_named() {
    let project = project();
    let good = project.read("migrations/rollbacks/002_rollback.sql");
    project.write("migrations/rollbacks/002_rollback.sql", "SELECT 1;\n");
    let words = ["error: migrations/rollbacks/002_rollback.sql: does not restore", "column public.users.born is left over"];
    stops(&project, &["check"], 1, &words);
    project.write("migrations/rollbacks/002_rollback.sql", "ALTER TABLE users DROP COLUMN brn;\n");
    let outcome = stops(&project, &["check"], 1, &["rollbacks/002_rollback.sql:1: column \"brn\"", "[42703]"]);
    assert!(!outcome.stdout.contains("001_rollback"), "the others are judged by themselves: {outcome}");
    project.write("migrations/rollbacks/002_rollback.sql", &good);
    // A migration that runs only once.
    project.write("migrations/003_once.sql", "CREATE TABLE IF NOT EXISTS once (id int);\n");
    project.write("migrations/rollbacks/003_rollback.sql", "ALTER TABLE once SET SCHEMA hidden;\n");
    stops(&project, &["check"], 1, &["rollbacks/003_rollback.sql:1: schema \"hidden\" does not exist"]);
}

#[test]
fn files_that_are_missing_left_over_or_mislabelled_are_named() {
    let project = project();
    let rollback = project.read("migrations/rollbacks/002_rollback.sql");
    std::fs::remove_file(project.at("migrations/rollbacks/002_rollback.sql")).expect("removed");
    stops(&project, &["check"], 1, &["migrations/002_add_users_born.sql has no rollback"]);
    project.write("migrations/rollbacks/002_rollback.sql", &rollback.replace("migration 002", "migration 007"));
    project.write("migrations/rollbacks/009_rollback.sql", "SELECT 1;\n");
    project.write("migrations/HEAD", "001 abc\n");
    let words = [
        "002_rollback.sql: its heading says that it is of migration 007",
        "009_rollback.sql: it belongs to no migration",
        "migrations/HEAD: it says 001, and the newest migration is 002",
    ];
    stops(&project, &["check"], 1, &words);
    project.write("migrations/004_gap.sql", "SELECT 1;\n");
    stops(&project, &["check"], 1, &["migration 003 is missing"]);
}

#[test]
fn the_base_is_taken_as_it_is_and_held_unchanged() {
    let project = project();
    project.git(&["checkout", "-q", "-b", "feature"]);
    project.write("schema/schema.sql", &MORE.replace("born date", "born date, email text"));
    project.run(&["diff"]).succeeds();
    complete(&project, "003_add_users_email");
    let json = project.run(&["check", "--base", "main", "--format", "json"]).succeeds().json();
    assert_eq!(json["run"], serde_json::json!(["003"]));
    let first = project.read("migrations/001_create_table_users.sql");
    project.write("migrations/001_create_table_users.sql", &format!("{first}-- harmless\n"));
    stops(&project, &["check", "--base", "main"], 1, &["001_create_table_users.sql: it is on main already and was edited"]);
    project.write("migrations/001_create_table_users.sql", &first.replace('\n', "\r\n"));
    project.run(&["check", "--base", "main"]).succeeds();
    project.write("migrations/001_create_table_users.sql", &first);
    std::fs::rename(project.at("migrations/002_add_users_born.sql"), project.at("migrations/002_born.sql")).expect("renamed");
    stops(&project, &["check", "--base", "main"], 1, &["002_add_users_born.sql: it is on main and was deleted or renamed"]);
    project.refuses(&["check", "--base", "nowhere"], 1, &["git knows no commit nowhere", "git fetch"]);
    project.refuses(&["check", "--base=--all"], 1, &["git knows no commit --all"]);
}

#[test]
fn a_number_that_the_base_has_taken_meanwhile_is_named() {
    let project = project();
    project.git(&["checkout", "-q", "-b", "feature"]);
    project.write("schema/schema.sql", &MORE.replace("born date", "born date, email text"));
    project.run(&["diff"]).succeeds();
    project.commit("Email");
    project.git(&["checkout", "-q", "main"]);
    project.write("schema/orders.sql", "CREATE TABLE orders (id bigint);\n");
    project.run(&["diff"]).succeeds();
    project.commit("Orders");
    project.git(&["checkout", "-q", "feature"]);
    let words = [
        "003_add_users_email.sql: main has a migration of the same number: 003_create_table_orders.sql",
        "schemagen rebase --base main",
    ];
    stops(&project, &["check", "--base", "main"], 1, &words);
}

#[test]
fn what_a_database_has_applied_must_be_there_as_it_was() {
    let live = Live::new();
    let project = project().with("DATABASE_URL", &live.url());
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["check"]).succeeds();
    let first = project.read("migrations/001_create_table_users.sql");
    project.write("migrations/001_create_table_users.sql", &format!("{first}-- harmless\n"));
    stops(&project, &["check"], 1, &["001_create_table_users.sql: it was edited after it had been applied to"]);
    project.write("migrations/001_create_table_users.sql", &first);
    live.run("INSERT INTO schema_migrations (version, checksum) VALUES ('003', 'x')");
    stops(&project, &["check"], 1, &["migration 003 is applied to", "and has no file"]);
}
