//! Backfills on a live database: in batches, beside others who write, stopped and gone on with.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::support::live::{Live, until};
use crate::support::project::{Outcome, Project};

/// A project whose one migration is that, without a transaction.
fn migrating(live: &Live, statements: &str) -> Project {
    let project = live.project();
    project.write("migrations/001_x.sql", &format!("-- Migration 001: x\n-- schemagen: no-transaction\n{statements}\n"));
    project.write("migrations/rollbacks/001_rollback.sql", "SELECT 1;\n");
    project
}

fn apply(project: &Project) -> Outcome {
    project.run(&["apply", "--yes"])
}

/// Rows whose every change takes a millisecond.
const SLOW: &str = "CREATE TABLE t (a int, b text, n int NOT NULL DEFAULT 0, PRIMARY KEY (b, a)); \
    INSERT INTO t SELECT i, chr(97 + i % 3) FROM generate_series(1, 3000) i; ANALYZE t; \
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$; \
    CREATE TRIGGER slowly BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slowly()";

#[test]
fn a_backfill_that_was_killed_goes_on_and_does_nothing_twice() {
    let live = Live::new();
    live.run(SLOW);
    let project =
        migrating(&live, "-- schemagen: backfill in batches of 100\nUPDATE t SET n = n + 1;\nALTER TABLE t ADD done int;");
    let mut first = project.command(&["apply", "--yes"]).spawn().expect("the program starts");
    let start = Instant::now();
    while live.value::<i64>("SELECT count(*) FROM t WHERE n > 0") == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing was changed");
        sleep(Duration::from_millis(20));
    }
    first.kill().expect("it is there");
    first.wait().expect("it is gone");
    let done = live.value::<i64>("SELECT count(*) FROM t WHERE n > 0");
    assert!(done < 3000, "it was too fast to be killed");
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("001"), "{status}");
    let again = apply(&project).succeeds();
    assert!(again.stderr.contains("changed"), "{again}");
    assert_eq!(live.value::<Vec<i64>>("SELECT jsonb_agg(DISTINCT n) FROM t"), [1]);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM schema_migrations WHERE backfill IS NULL AND statements_done IS NULL"), 1);
}

#[test]
fn others_write_while_a_backfill_runs() {
    let live = Live::new();
    live.run("CREATE TABLE t (id bigserial PRIMARY KEY, n int NOT NULL DEFAULT 0, u uuid); INSERT INTO t (n) SELECT 0 FROM generate_series(1, 40000)");
    let project = migrating(
        &live,
        "ALTER TABLE t ALTER u SET DEFAULT gen_random_uuid();\n\
         -- schemagen: backfill by id in batches of 200\nUPDATE t SET u = DEFAULT WHERE u IS NULL;\nALTER TABLE t ALTER u SET NOT NULL;",
    );
    let ended = AtomicBool::new(false);
    let written = scope(|threads| {
        let writer = threads.spawn(|| {
            let mut written = 0;
            while !ended.load(Ordering::Relaxed) {
                live.run("INSERT INTO t (n) SELECT 1 FROM generate_series(1, 5)");
                live.run("DELETE FROM t WHERE id = (SELECT id FROM t WHERE n = 0 ORDER BY random() LIMIT 1)");
                live.run("UPDATE t SET n = n + 10 WHERE id = (SELECT id FROM t ORDER BY random() LIMIT 1)");
                written += 1;
            }
            written
        });
        let outcome = apply(&project);
        ended.store(true, Ordering::Relaxed);
        outcome.succeeds();
        writer.join().expect("the writer ends")
    });
    assert!(written > 3, "the writer had {written} turns");
    let right = format!("SELECT count(*) = 40000 + {written} * 4 AND count(u) = count(*) AND sum(n / 10) = {written} FROM t");
    let found = "SELECT jsonb_build_array(count(*), count(u), sum(n / 10)) FROM t";
    assert!(live.value::<bool>(&right), "{written} turns: {}", live.value::<serde_json::Value>(found));
}

#[test]
fn without_a_key_it_runs_until_the_condition_holds_for_no_row() {
    let live = Live::new();
    live.run("CREATE TABLE t (a int, n int); INSERT INTO t SELECT i FROM generate_series(1, 5000) i");
    let project = migrating(&live, "-- schemagen: backfill\nUPDATE t SET n = a WHERE n IS NULL RETURNING a;");
    apply(&project).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE n = a"), 5000);
    let live = Live::new();
    live.run("CREATE TABLE t (a int, n int, k int NOT NULL); INSERT INTO t SELECT i, 0, i FROM generate_series(1, 50) i");
    for (text, words) in [
        ("-- schemagen: backfill\nUPDATE t SET n = 1;", "add a WHERE"),
        ("-- schemagen: backfill\nUPDATE t SET n = n + 1 WHERE a > 0;", "does not come to an end"),
        ("-- schemagen: backfill by k\nUPDATE t SET n = 1;", "no index of t begins with (k)"),
        ("-- schemagen: backfill by k\nUPDATE v SET n = 1;", "there is no table v"),
    ] {
        project_refuses(&live, text, words);
    }
}

fn project_refuses(live: &Live, text: &str, words: &str) {
    let project = migrating(live, text);
    let outcome = apply(&project);
    assert!(outcome.status == Some(1) && outcome.stderr.contains(words), "{words}\n{outcome}");
    live.run("DROP TABLE schema_migrations");
}

#[test]
fn a_batch_that_meets_a_lock_is_tried_again() {
    let live = Live::new();
    live.run("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i FROM generate_series(1, 500) i");
    let project = migrating(
        &live,
        "SET lock_timeout = '50ms';\n-- schemagen: backfill in batches of 100\nUPDATE t SET n = id WHERE n IS NULL;",
    );
    let outcome = scope(|threads| {
        threads.spawn(|| live.run("BEGIN; UPDATE t SET n = -1 WHERE id = 250; SELECT pg_sleep(2); COMMIT"));
        while live.value::<i64>("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'RowExclusiveLock'") == 0
        {
            sleep(Duration::from_millis(10));
        }
        apply(&project).succeeds()
    });
    assert!(outcome.stderr.contains("the batch is tried again"), "{outcome}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE n = id"), 499);
    assert_eq!(live.value::<i64>("SELECT n FROM t WHERE id = 250"), -1);
}

#[test]
fn a_new_column_of_a_large_table_is_filled_while_the_old_application_writes() {
    let live = Live::new();
    let project =
        live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring("CREATE TABLE t (id bigserial PRIMARY KEY, n int);\n");
    project.run(&["diff"]).succeeds();
    apply(&project).succeeds();
    live.run("INSERT INTO t (n) SELECT 0 FROM generate_series(1, 20000)");
    let project = project.declaring(
        "CREATE TABLE t (id bigserial PRIMARY KEY, n int, token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,\n\
         number bigint GENERATED BY DEFAULT AS IDENTITY);\n",
    );
    project.run(&["diff"]).succeeds();
    let ended = AtomicBool::new(false);
    let written = scope(|threads| {
        let writer = threads.spawn(|| {
            let mut written = 0;
            while !ended.load(Ordering::Relaxed) {
                live.run("INSERT INTO t (n) VALUES (1)");
                live.run("UPDATE t SET n = n + 1 WHERE id = (SELECT id FROM t ORDER BY random() LIMIT 1)");
                written += 1;
            }
            written
        });
        let outcome = apply(&project);
        ended.store(true, Ordering::Relaxed);
        let outcome = outcome.succeeds();
        assert!(outcome.stderr.contains("Verified"), "{outcome}");
        writer.join().expect("the writer ends")
    });
    live.run("INSERT INTO t (n) VALUES (1)");
    let count = 20000 + written + 1;
    let right =
        format!("SELECT count(*) = {count} AND count(DISTINCT token) = {count} AND count(DISTINCT number) = {count} FROM t");
    assert!(live.value::<bool>(&right), "{written} turns");
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t"), count);
}

#[test]
fn dead_rows_are_cleared_away_on_the_way() {
    // What is dead is told by PostgreSQL once a second: it must take some.
    let live = Live::new();
    live.run(
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL) WITH (autovacuum_enabled = false); \
         INSERT INTO t SELECT i, 0 FROM generate_series(1, 130000) i; ANALYZE t; \
         CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.12); RETURN NULL; END $$; \
         CREATE TRIGGER rest AFTER UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION rest()",
    );
    let project = migrating(&live, "-- schemagen: backfill by id\nUPDATE t SET n = n + 1 WHERE n = 0;");
    let outcome = apply(&project).succeeds();
    assert!(outcome.stderr.contains("vacuums: ") && !outcome.stderr.contains("goes on although"), "{outcome}");
    assert!(live.value::<i64>("SELECT vacuum_count FROM pg_stat_all_tables WHERE relid = 't'::regclass") > 0);
    assert_eq!(live.value::<Vec<i64>>("SELECT jsonb_agg(DISTINCT n) FROM t"), [1]);
}

#[test]
fn what_is_stopped_before_it_can_be_written_down_is_not_done_twice() {
    let live = Live::new();
    live.run("CREATE TABLE t (a int); CREATE TABLE other (a int)");
    let project = migrating(
        &live,
        "SELECT pg_sleep(1);\nINSERT INTO t VALUES (1);\nCREATE INDEX CONCURRENTLY t_a ON t (a);\nDROP INDEX CONCURRENTLY t_a;",
    );
    // Someone keeps the history locked once the first statement runs.
    let locked = |seconds: u32, statement: &str| {
        let running = format!("SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '{statement}%'");
        let lock = format!("BEGIN; LOCK TABLE schema_migrations IN SHARE MODE; SELECT pg_sleep({seconds}); COMMIT");
        scope(|threads| {
            threads.spawn(|| {
                until(statement, || live.value(&running));
                live.run(&lock);
            });
            apply(&project)
        })
    };
    let waited = locked(8, "SELECT pg_sleep(1)").succeeds();
    assert!(waited.stderr.contains("lock timeout"), "{waited}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t"), 1);
    // What commits by itself may be done and not written down.
    let stopped = |done: usize, tried: &str| {
        live.run(&format!("UPDATE schema_migrations SET statements_done = {done}, applied_at = NULL, backfill = {tried}"));
        apply(&project)
    };
    let dropped = stopped(3, "'\"tried\"'").succeeds();
    assert!(dropped.stderr.contains("an earlier run has done it"), "{dropped}");
    live.run("CREATE INDEX t_a ON t (a)");
    let built = stopped(2, "'\"tried\"'").succeeds();
    assert!(built.stderr.contains("an earlier run has done it"), "{built}");
    // Where it was not tried, what is there is another's.
    live.run("CREATE INDEX t_a ON t (a)");
    let another = stopped(2, "NULL");
    assert!(another.status == Some(1) && another.stderr.contains("already exists"), "{another}");
}
