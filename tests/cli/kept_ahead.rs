//! A column of a large table that goes: its values are kept in a file before, while the application reads and writes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::support::live::{Live, until};
use crate::support::project::Project;

const BEFORE: &str = "CREATE TABLE t (id int PRIMARY KEY, note text NOT NULL DEFAULT '', n int NOT NULL DEFAULT 0);\n";
const AFTER: &str = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);\n";

/// A large table with so many rows, and two files pending: one that keeps a column, and one in which it goes.
fn pending(live: &Live, rows: u32) -> Project {
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(&format!("INSERT INTO t SELECT i, 'old ' || i, i FROM generate_series(1, {rows}) AS i"));
    let project = project.declaring(AFTER);
    project.run(&["diff", "--name", "no note"]).succeeds();
    assert!(project.read("migrations/002_no_note.sql").contains("CREATE TRIGGER zz_schemagen_note_kept"));
    project
}

/// As one that may do nothing but read and write the table.
fn as_application(live: &Live, statements: &str) {
    live.role("kept_ahead_application", "");
    live.run(&format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON t TO kept_ahead_application; SET ROLE kept_ahead_application; {statements}; RESET ROLE"
    ));
}

const NOTES: &str = "SELECT jsonb_agg(note ORDER BY id) FROM t";

#[test]
fn what_is_written_after_it_is_kept_comes_back_too() {
    let live = Live::new();
    let project = pending(&live, 5);
    project.run(&["apply", "--yes", "--to", "2"]).succeeds();
    as_application(
        &live,
        "INSERT INTO t VALUES (6, 'new 6'), (7, 'new 7'); UPDATE t SET note = 'newer' WHERE id IN (1, 6); UPDATE t SET n = 0 WHERE id = 2; \
         UPDATE t SET note = 'newest' WHERE id = 1; UPDATE t SET id = 8 WHERE id = 3; DELETE FROM t WHERE id = 4",
    );
    let noted = "SELECT count(*) FROM schemagen_archive.\"002_public.t.note\" WHERE _note > 0";
    assert_eq!(live.value::<i64>(noted), 6, "another column's value is none of its business");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz%'"), 0);
    let expected = ["newest", "old 2", "old 5", "newer", "new 7", "old 3"];
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(NOTES), expected);
    // There and back again: what was written in between counts.
    as_application(&live, "UPDATE t SET note = 'last' WHERE id = 2");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(NOTES), ["newest", "last", "old 5", "newer", "new 7", "old 3"]);
    assert!(live.value::<bool>("SELECT to_regclass('schemagen_archive.\"002_public.t.note\"') IS NULL"));
    as_application(&live, "UPDATE t SET note = 'as ever' WHERE id = 1");
}

#[test]
fn what_is_purged_too_early_keeps_nobody_from_writing() {
    let live = Live::new();
    let project = pending(&live, 3);
    project.run(&["apply", "--yes", "--to", "2"]).succeeds();
    project.run(&["purge", "--yes"]).succeeds();
    as_application(&live, "UPDATE t SET note = 'written' WHERE id = 1");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(NOTES), ["", "", ""]);
}

#[test]
fn who_has_read_the_table_and_then_writes_runs_into_no_deadlock() {
    let live = Live::new();
    let project = pending(&live, 100_000);
    let (done, begun) = (AtomicBool::new(false), AtomicBool::new(false));
    scope(|threads| {
        for id in 1..=3 {
            let (live, done, begun) = (&live, &done, &begun);
            threads.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    live.run(&format!("BEGIN; SELECT n FROM t WHERE id = {id}; SELECT pg_sleep(0.02); UPDATE t SET n = n + 1 WHERE id = {id}; COMMIT"));
                    begun.store(true, Ordering::Relaxed);
                }
            });
        }
        until("they are at work", || begun.load(Ordering::Relaxed));
        let outcome = project.run(&["apply", "--yes"]);
        done.store(true, Ordering::Relaxed);
        let outcome = outcome.succeeds();
        assert!(!outcome.stderr.contains("deadlock"), "{outcome}");
    });
}
