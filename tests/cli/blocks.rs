//! A file that is not one transaction, and whose statements between BEGIN and COMMIT are committed together.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::support::live::Live;
use crate::support::project::Project;

/// A project whose one migration is that, without a transaction.
fn migrating(live: &Live, statements: &str) -> Project {
    let project = live.project();
    project.write("migrations/001_x.sql", &format!("-- Migration 001: x\n-- schemagen: no-transaction\n{statements}"));
    project.write("migrations/rollbacks/001_rollback.sql", "SELECT 1;\n");
    project
}

const THERE: &str =
    "SELECT coalesce(jsonb_agg(relname ORDER BY relname), '[]') FROM pg_class WHERE relname IN ('a', 'b', 'c', 'd')";

#[test]
fn a_block_is_done_or_not_and_a_later_run_goes_on_before_it() {
    let live = Live::new();
    live.run("CREATE TABLE gate (n int)");
    let block = "CREATE TABLE b (n int);\nCREATE TABLE c AS SELECT 1 / (SELECT count(*) FROM gate) AS n;";
    let project = migrating(&live, &format!("CREATE TABLE a (n int);\n\nBEGIN;\n{block}\nCOMMIT;\n\nCREATE TABLE d (n int);\n"));
    let state = "statement 1 is done and stays, statement 3 of 4 failed, and with it the transaction block of statements 2 to 3, statement 4 \
        was not run";
    project.refuses(&["apply", "--yes"], 1, &["division by zero", "001_x.sql:7", state]);
    assert_eq!(live.value::<Vec<String>>(THERE), ["a"]);
    live.run("INSERT INTO gate VALUES (1)");
    let again = project.run(&["apply", "--yes"]).succeeds();
    assert!(again.stderr.contains("from statement 2 on"), "{again}");
    assert_eq!(live.value::<Vec<String>>(THERE), ["a", "b", "c", "d"]);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM schema_migrations WHERE statements_done IS NULL"), 1);
}

#[test]
fn a_block_that_nothing_ends_is_told_before_anything_runs() {
    let live = Live::new();
    let project = migrating(&live, "CREATE TABLE a (n int);\nBEGIN;\nCREATE TABLE b (n int);\n");
    project.refuses(&["apply", "--yes"], 1, &["nothing ends this transaction block", "001_x.sql:4", "COMMIT"]);
    assert_eq!(live.value::<Vec<String>>(THERE), [""; 0]);
}

/// A foreign key of a large table comes back in two statements; what it comes back with is never seen half done.
#[test]
fn nobody_misses_a_view_while_a_rollback_runs_that_is_not_one_transaction() {
    let live = Live::new();
    let tables = "CREATE TABLE a (id int PRIMARY KEY, n int, t text);\n";
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(&format!(
        "{tables}CREATE TABLE b (a_id int CONSTRAINT b_a REFERENCES a);\nCREATE VIEW v AS SELECT t, n FROM a;\n\
         CREATE VIEW w AS SELECT n FROM v;\n"
    ));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let project = project.declaring(&format!(
        "{tables}CREATE TABLE b (a_id int);\nCREATE VIEW v AS SELECT id, n FROM a;\nCREATE VIEW w AS SELECT n FROM v;\n"
    ));
    project.run(&["diff"]).succeeds();
    let rollback = project.read("migrations/rollbacks/002_rollback.sql");
    let place = |it: &str| rollback.find(it).unwrap_or_else(|| panic!("{it} is missing\n{rollback}"));
    let order = ["BEGIN;", "DROP VIEW", "CREATE VIEW public.w", "COMMIT;", "NOT VALID;", "VALIDATE CONSTRAINT b_a;"];
    assert!(order.iter().map(|it| place(it)).is_sorted(), "{rollback}");
    let ended = AtomicBool::new(false);
    scope(|threads| {
        let reader = threads.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                live.run("SELECT n FROM w");
            }
        });
        for _ in 0..5 {
            project.run(&["apply", "--yes"]).succeeds();
            project.run(&["rollback", "--yes"]).succeeds();
        }
        ended.store(true, Ordering::Relaxed);
        reader.join().expect("every query is answered");
    });
}
