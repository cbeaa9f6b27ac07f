//! Large tables on a live database: what is committed statement by statement stops, goes on and comes back.

use crate::support::live::Live;
use crate::support::project::Project;

const VALID: &str = "SELECT coalesce(jsonb_object_agg(c.relname, i.indisvalid), '{}') FROM pg_index i \
    JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 't'::regclass";

/// A project with an empty table `t` that is treated as large.
fn large(live: &Live) -> Project {
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring("CREATE TABLE t (a int, b int);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project
}

#[test]
fn what_must_be_alone_is_a_migration_of_its_own() {
    let live = Live::new();
    let project = large(&live).declaring("CREATE TABLE t (a int NOT NULL, b int, c int);\nCREATE INDEX t_a_idx ON t (a);\n");
    let written = project.run(&["diff", "--name", "grow"]).succeeds();
    assert!(written.stdout.contains("002_grow.sql") && written.stdout.contains("003_grow_part_2.sql"), "{written}");
    let second = project.read("migrations/003_grow_part_2.sql");
    assert!(second.contains("-- schemagen: no-transaction") && second.contains("CREATE INDEX CONCURRENTLY"), "{second}");
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified: the database is in the state of 003"), "{applied}");
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(VALID), serde_json::json!({}));
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(VALID), serde_json::json!({ "t_a_idx": true }));
}

#[test]
fn a_small_table_is_changed_as_one_would_by_hand() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE t (a int);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t SELECT generate_series(1, 1000); ANALYZE t");
    let project = project.declaring("CREATE TABLE t (a int NOT NULL);\nCREATE INDEX t_a_idx ON t (a);\n");
    let diff = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(diff.stdout.contains("CREATE INDEX t_a_idx") && !diff.stdout.contains("003_"), "{diff}");
    project.write("schemagen.toml", "[online]\nlarge_rows = 1000\n");
    let diff = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(diff.stdout.contains("CREATE INDEX CONCURRENTLY t_a_idx"), "{diff}");
}

#[test]
fn an_index_that_an_earlier_run_left_invalid_is_built_again() {
    let live = Live::new();
    let project = large(&live).declaring("CREATE TABLE t (a int, b int);\nCREATE UNIQUE INDEX t_a_idx ON t (a);\n");
    project.run(&["diff"]).succeeds();
    live.run("INSERT INTO t VALUES (1), (1)");
    let failed = project.run(&["apply", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("could not create unique index"), "{failed}");
    assert_eq!(live.value::<serde_json::Value>(VALID), serde_json::json!({ "t_a_idx": false }));
    live.run("DELETE FROM t");
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("an earlier run was stopped here: DROP INDEX CONCURRENTLY"), "{applied}");
    assert_eq!(live.value::<serde_json::Value>(VALID), serde_json::json!({ "t_a_idx": true }));
}

#[test]
fn a_rollback_without_a_transaction_goes_on_where_it_stopped() {
    let live = Live::new();
    let project = live.project();
    project.write("migrations/001_x.sql", "-- Migration 001: x\nCREATE TABLE gate (a int);\n");
    let rollback = "-- schemagen: no-transaction\nSET search_path = public;\nCREATE TABLE once (a int);\n\
        SELECT 1 / (SELECT count(*) FROM gate);\nDROP TABLE gate;\nDROP TABLE once;\n";
    project.write("migrations/rollbacks/001_rollback.sql", rollback);
    project.run(&["apply", "--yes"]).succeeds();
    let failed = project.run(&["rollback", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("go on where it stopped: schemagen rollback"), "{failed}");
    project.refuses(&["apply", "--yes"], 1, &["the rollback of 001 stopped half way", "schemagen rollback"]);
    live.run("INSERT INTO gate VALUES (1)");
    let undone = project.run(&["rollback", "--yes"]).succeeds();
    assert!(undone.stderr.contains("from statement 3 on"), "{undone}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_class WHERE relname IN ('gate', 'once')"), 0);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM schema_migrations"), 0);
}
