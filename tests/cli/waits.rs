//! Statements that wait for others on a live database: what they leave when they are killed, who waits behind them, and how often
//! they are tried.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::support::live::{Live, until};
use crate::support::project::Project;

/// A project with a migration that is that, and a rollback that is nothing.
fn migrating(live: &Live, statements: &str) -> Project {
    let project = live.project();
    project.write("migrations/001_x.sql", &format!("-- Migration 001: x\n{statements}\n"));
    project.write("migrations/rollbacks/001_rollback.sql", "SELECT 1;\n");
    project
}

/// Large tables in that state, with a migration pending that makes them what is declared next.
fn pending(live: &Live, before: &str, after: &str) -> Project {
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let project = project.declaring(after);
    project.run(&["diff"]).succeeds();
    project
}

/// Meanwhile another session has run the statements, and keeps its transaction open for so many seconds.
fn beside<T>(live: &Live, statements: &str, seconds: u32, run: impl FnOnce() -> T) -> T {
    let sleeping = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%its transaction%' \
        AND wait_event = 'PgSleep'";
    scope(|threads| {
        threads.spawn(|| live.run(&format!("BEGIN; {statements}; SELECT pg_sleep({seconds}) /* its transaction */; COMMIT")));
        until("the other session", || live.value(sleeping));
        run()
    })
}

fn start(project: &Project) -> Child {
    project.command(&["apply", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

/// Kills it as soon as a condition holds, and waits until the server has noticed.
fn killed_once(live: &Live, mut child: Child, condition: &str) {
    until(condition, || live.value(&format!("SELECT {condition}")));
    child.kill().expect("it is there");
    child.wait().expect("it is gone");
    until("the server stops what was run", || {
        live.value(
            "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%CONCURRENTLY%' \
            AND pid <> pg_backend_pid()",
        )
    });
}

const INVALID: &str = "EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)";
const DETACHING: &str = "EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending)";
const ATTACHED: &str = "SELECT count(*) FROM pg_inherits WHERE NOT inhdetachpending";

#[test]
fn an_index_whose_build_was_killed_is_built_again() {
    let live = Live::new();
    let project = pending(&live, "CREATE TABLE t (a int);\n", "CREATE TABLE t (a int);\nCREATE INDEX t_a_idx ON t (a);\n");
    beside(&live, "INSERT INTO t VALUES (1)", 6, || {
        killed_once(&live, start(&project), INVALID);
    });
    assert!(live.value::<bool>(&format!("SELECT {INVALID}")), "the killed run has left it");
    let again = project.run(&["apply", "--yes"]).succeeds();
    assert!(again.stderr.contains("an earlier run was stopped here: DROP INDEX CONCURRENTLY"), "{again}");
    assert!(again.stderr.contains("Verified"), "{again}");
    assert!(!live.value::<bool>(&format!("SELECT {INVALID}")));
    // The rollback clears it away as well.
    project.run(&["rollback", "--yes"]).succeeds();
    beside(&live, "INSERT INTO t VALUES (1)", 6, || {
        killed_once(&live, start(&project), INVALID);
    });
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass"), 0);
}

#[test]
fn an_index_waits_for_a_snapshot_of_another_table_however_long_it_takes() {
    let live = Live::new();
    live.run("CREATE TABLE other (a int)");
    let before = "CREATE TABLE t (a int);\nCREATE TABLE other (a int);\n";
    let project = pending(&live, before, &format!("{before}CREATE INDEX t_a_idx ON t (a);\n"));
    // Longer than every other lock is waited for, and stopped it would leave an invalid index.
    let other = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM other";
    let (took, outcome) = beside(&live, other, 4, || {
        let start = Instant::now();
        let outcome = project.run(&["apply", "--yes"]).succeeds();
        (start.elapsed(), outcome)
    });
    assert!(outcome.stderr.matches("  waits for pid ").count() == 1 && outcome.stderr.contains("s ago)"), "{outcome}");
    assert!(took > Duration::from_secs(2), "it has not waited: {took:?}");
    assert!(!live.value::<bool>(&format!("SELECT {INVALID}")));
}

#[test]
fn a_partition_whose_detaching_was_killed_is_detached_or_attached_again() {
    let live = Live::new();
    let table = "CREATE TABLE t (k int NOT NULL) PARTITION BY LIST (k);\nCREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);\n";
    let before = format!("{table}CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);\n");
    let project = pending(&live, &before, &format!("{table}CREATE TABLE t_1 (k int NOT NULL);\n"));
    let kill = || {
        beside(&live, "LOCK TABLE ONLY t IN ACCESS SHARE MODE", 6, || {
            killed_once(&live, start(&project), DETACHING);
        });
        assert!(live.value::<bool>(&format!("SELECT {DETACHING}")), "the killed run has left it");
    };
    kill();
    let again = project.run(&["apply", "--yes"]).succeeds();
    assert!(again.stderr.contains("FINALIZE") && again.stderr.contains("Verified"), "{again}");
    assert_eq!(live.value::<i64>(ATTACHED), 1);
    assert_eq!(
        live.value::<i64>("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"),
        0,
        "no check is left behind"
    );
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ATTACHED), 2);
    kill();
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ATTACHED), 2);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"), 0);
}

#[test]
fn readers_wait_behind_a_change_for_two_seconds_at_most() {
    let live = Live::new();
    live.run("CREATE TABLE t (a int)");
    let project = migrating(&live, "SET LOCAL lock_timeout = '2s';\nALTER TABLE t ADD COLUMN b int;");
    let (outcome, longest) = beside(&live, "SELECT count(*) FROM t", 5, || {
        scope(|threads| {
            let applied = threads.spawn(|| project.run(&["apply", "--yes"]));
            let mut longest = Duration::ZERO;
            while !applied.is_finished() {
                let start = Instant::now();
                live.run("SELECT count(*) FROM t");
                longest = longest.max(start.elapsed());
                sleep(Duration::from_millis(50));
            }
            (applied.join().expect("it ends").succeeds(), longest)
        })
    });
    assert!(outcome.stderr.contains("  waits for pid ") && outcome.stderr.contains("lock timeout; attempt 1 of 5"), "{outcome}");
    assert!(longest > Duration::from_millis(500), "nobody has waited: {longest:?}");
    assert!(longest < Duration::from_secs(4), "a reader has waited for {longest:?}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'"), 1);
}

#[test]
fn a_comment_waits_for_a_vacuum_and_is_tried_again() {
    let live = Live::new();
    live.run("CREATE TABLE t (a int)");
    let project = live.project().declaring("CREATE TABLE t (a int);\nCOMMENT ON TABLE t IS 'Said.';\n");
    project.run(&["diff"]).succeeds();
    // The lock of VACUUM, of VALIDATE and of an index that is built concurrently.
    let outcome = beside(&live, "LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE", 4, || project.run(&["apply", "--yes"]).succeeds());
    assert!(outcome.stderr.contains("lock timeout; attempt 1 of 5"), "{outcome}");
    assert_eq!(live.value::<String>("SELECT obj_description('t'::regclass)"), "Said.");
}

#[test]
fn what_someone_else_changes_at_the_same_time_is_tried_again() {
    let live = Live::new();
    live.role("waits_reader", "NOLOGIN");
    live.run("CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    let project = migrating(&live, "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3';");
    let other = "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'";
    let outcome = beside(&live, other, 2, || project.run(&["apply", "--yes"]).succeeds());
    assert!(outcome.stderr.contains("tuple concurrently updated; attempt 1 of 5"), "{outcome}");
    assert_eq!(live.value::<i64>("SELECT f()"), 3);
    project.write("migrations/002_y.sql", "-- Migration 002: y\nGRANT SELECT ON t TO waits_reader;\n");
    project.write("migrations/rollbacks/002_rollback.sql", "SELECT 1;\n");
    beside(&live, "GRANT INSERT ON t TO waits_reader", 2, || project.run(&["apply", "--yes"]).succeeds());
    let may = |it: &str| live.value::<bool>(&format!("SELECT has_table_privilege('waits_reader', 't', '{it}')"));
    assert!(may("SELECT") && may("INSERT"));
}

#[test]
fn what_is_kept_is_copied_before_others_must_wait() {
    let live = Live::new();
    let busy = "CREATE TABLE busy (id int PRIMARY KEY);\n";
    let notes = "CREATE TABLE notes (id int PRIMARY KEY, busy_id int REFERENCES busy);\n";
    let links = |more: &str| format!("CREATE TABLE links (busy_id int{more});\n");
    let project = pending(&live, &format!("{busy}{notes}{}", links(" REFERENCES busy")), &format!("{busy}{}", links("")));
    let is_second = |it: &&String| it.starts_with("migrations/002_");
    let text = project.files().into_iter().find(|it| is_second(&&it.0)).expect("the migration").1;
    let place = |it: &str| text.find(it).unwrap_or_else(|| panic!("no {it:?} in\n{text}"));
    let copied = place("AS SELECT id, busy_id FROM ONLY public.notes");
    assert!(copied < place("DROP CONSTRAINT links_busy_id_fkey") && copied < place("DROP TABLE public.notes"), "{text}");
}

#[test]
fn who_writes_a_domain_waits_while_another_check_is_validated_and_at_no_time_does_none_hold() {
    let live = Live::new();
    let function = "CREATE FUNCTION seen(text) RETURNS boolean LANGUAGE plpgsql\n    AS 'BEGIN PERFORM pg_sleep(0.1) WHERE $1 = ''slow''; \
        RETURN $1 <> ''''; END';\n";
    let state = |check: &str| {
        format!("{function}CREATE DOMAIN word AS text CONSTRAINT said CHECK ({check});\nCREATE TABLE t (a word);\n")
    };
    let project = pending(&live, &state("VALUE <> ''"), &state("public.seen(VALUE)"));
    live.run("INSERT INTO t SELECT 'slow' FROM generate_series(1, 30)");
    let insert = "DO $$ BEGIN INSERT INTO t VALUES (''); EXCEPTION WHEN check_violation THEN NULL; END $$";
    let ended = AtomicBool::new(false);
    let longest = |statement: &str| {
        let mut longest = Duration::ZERO;
        while !ended.load(Ordering::Relaxed) {
            let start = Instant::now();
            live.run(statement);
            longest = longest.max(start.elapsed());
            sleep(Duration::from_millis(20));
        }
        longest
    };
    let [reading, writing] = scope(|threads| {
        let others = ["SELECT count(*) FROM t", insert].map(|it| threads.spawn(move || longest(it)));
        let applied = project.run(&["apply", "--yes"]);
        ended.store(true, Ordering::Relaxed);
        applied.succeeds();
        others.map(|it| it.join().expect("it ends"))
    });
    assert!(reading < Duration::from_secs(1), "a reader has waited for {reading:?}");
    assert!(writing > Duration::from_secs(1), "nobody who writes has waited, which the log says: {writing:?}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE a = ''"), 0);
    let log = project.files().into_iter().find(|it| it.0.starts_with("migrations/logs/002_")).expect("the log").1;
    assert!(log.contains("| SHARE on `public.t` | writes | reads `public.t` |"), "{log}");
}
