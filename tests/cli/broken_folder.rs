//! A migrations folder that is not in order: what needs the whole of it refuses, and the way out of production does not.

use std::fs;

use crate::support::live::Live;
use crate::support::project::Project;

/// Three applied migrations.
fn applied(live: &Live) -> Project {
    let mut project = live.project();
    for (number, names) in [(1, "a"), (2, "a, b"), (3, "a, b, c")] {
        let tables: String = names.split(", ").map(|it| format!("CREATE TABLE {it} (id int);\n")).collect();
        project = project.declaring(&tables);
        project.run(&["diff", "--name", &format!("step {number}")]).succeeds();
    }
    project.run(&["apply", "--yes"]).succeeds();
    project
}

const TABLES: &str =
    "SELECT jsonb_agg(relname ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname IN ('a', 'b', 'c')";

#[test]
fn a_file_that_is_gone_keeps_nobody_from_rolling_back() {
    let live = Live::new();
    let project = applied(&live);
    fs::remove_file(project.at("migrations/002_step_2.sql")).expect("it is there");
    project.refuses(&["apply", "--yes"], 1, &["migration 002 is missing between 001_step_1.sql and 003_step_3.sql"]);
    let status = project.run(&["status", "--exit-code"]);
    assert!(status.status == Some(2) && status.stderr.contains("warning: migration 002 is missing between"), "{status}");
    assert!(status.stdout.contains("2 applied, 1 missing"), "{status}");
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert!(json["wrong"][0].as_str().is_some_and(|it| it.starts_with("migration 002 is missing")), "{json}");
    let health = project.run(&["health", "--fail-on", "never"]).succeeds();
    assert!(health.stdout.contains("migration 002 is missing"), "{health}");
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("warning: migration 002 is missing between") && outcome.stderr.contains("not needed"));
    assert_eq!(live.value::<Vec<String>>(TABLES), ["a", "b"]);
    // The one whose file is gone as well, by what was stored when it was applied.
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Undoing 002 Step 2 (the stored rollback of 002)"), "{outcome}");
    assert_eq!(live.value::<Vec<String>>(TABLES), ["a"]);
}

#[test]
fn a_file_that_is_gone_keeps_nobody_from_purging_and_releasing() {
    let live = Live::new();
    let mut project = applied(&live).declaring("CREATE TABLE a (id int PRIMARY KEY, v int);\nCREATE TABLE b (id int);\n");
    project.run(&["diff", "--name", "without c", "--on-drop", "archive"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let wider = "CREATE TABLE a (id int PRIMARY KEY, v bigint);\nCREATE TABLE b (id int);\n";
    project = project.declaring(wider);
    project.run(&["diff", "--name", "wider", "--strategy", "expand-contract"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    fs::remove_file(project.at("migrations/002_step_2.sql")).expect("it is there");
    let applied: Vec<String> = live.value("SELECT jsonb_agg(version ORDER BY version) FROM schema_migrations");
    let last = applied.last().expect("some are applied");
    let released = project.run(&["deployed", last]).succeeds();
    assert!(
        released.stderr.contains("warning: migration 002 is missing between") && released.stdout.contains("no longer held back")
    );
    let purged = project.run(&["purge", "--yes"]).succeeds();
    assert!(
        purged.stderr.contains("warning: migration 002 is missing between") && purged.stdout.contains("004_public.c"),
        "{purged}"
    );
}

#[test]
fn a_rollback_that_was_edited_is_told() {
    let live = Live::new();
    let project = applied(&live);
    let file = "migrations/rollbacks/003_rollback.sql";
    project.write(file, &format!("{}-- edited\n", project.read(file)));
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("003_rollback.sql is another text than when 003 was applied; it is what runs"), "{outcome}");
    let file = "migrations/rollbacks/002_rollback.sql";
    project.write(file, &project.read(file).replace('\n', "\r\n"));
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(!outcome.stderr.contains("another text"), "{outcome}");
}

#[test]
fn of_two_files_with_one_number_what_was_applied_is_rolled_back() {
    let live = Live::new();
    let project = applied(&live);
    project.write("migrations/003_of_a_colleague.sql", "SELECT 1;\n");
    project.write("migrations/rollbacks/003_rollback.sql", "SELECT 'of a colleague';\n");
    project.write("migrations/HEAD", "<<<<<<< ours\n");
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Undoing 003 Step 3 (the stored rollback of 003)"), "{outcome}");
    assert!(outcome.stderr.contains("warning: two migrations have the number 003"), "{outcome}");
    assert_eq!(live.value::<Vec<String>>(TABLES), ["a", "b"]);
    project.refuses(&["apply", "--yes"], 1, &["two migrations have the number 003"]);
}

#[test]
fn a_rollback_whose_migration_is_gone_is_not_taken_for_its_own() {
    let live = Live::new();
    let project = applied(&live);
    fs::remove_file(project.at("migrations/003_step_3.sql")).expect("it is there");
    live.run("UPDATE schema_migrations SET rollback = NULL WHERE version = '003'");
    let says = ["there is no rollback of 003", "bring the file of migration 003 back from git", "003_rollback.sql goes with it"];
    project.refuses(&["rollback", "--yes"], 1, &says);
    assert_eq!(live.value::<Vec<String>>(TABLES), ["a", "b", "c"]);
}
