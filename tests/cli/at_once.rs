//! Two runs on one database at once: the second waits, and decides by what the first left.

use std::process::{Child, Stdio};

use crate::support::live::{Live, until};
use crate::support::project::Project;

const ASLEEP: &str = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

/// A project whose migration and rollback begin with that.
fn project(live: &Live, migration: &str, rollback: &str) -> Project {
    let project = live.project();
    project.write("migrations/001_t.sql", &format!("{migration}\nCREATE TABLE t (a int);\n"));
    project.write("migrations/rollbacks/001_rollback.sql", &format!("{rollback}\nDROP TABLE t;\n"));
    project
}

/// Another run, as soon as it is in the middle of its work.
fn beside(live: &Live, project: &Project, verb: &str) -> Child {
    let mut command = project.command(&[verb, "--yes"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    until("the other run is at work", || live.value(ASLEEP));
    child
}

fn ends(mut child: Child) {
    assert!(child.wait().expect("it ends").success());
}

const SLOWLY: &str = "SELECT pg_sleep(2);";

#[test]
fn what_another_run_is_rolling_back_is_not_applied_again_unasked() {
    for rollback in [SLOWLY, "-- schemagen: no-transaction\nSELECT 1;\nSELECT pg_sleep(2);"] {
        let live = Live::new();
        let project = project(&live, "", rollback);
        project.run(&["apply", "--yes"]).succeeds();
        let other = beside(&live, &project, "rollback");
        let status = project.run(&["status"]).succeeds();
        assert!(status.stdout.contains("another schemagen is at work on this database just now (pid "), "{status}");
        let outcome = project.run(&["apply", "--yes"]);
        assert!(outcome.stderr.contains("Waiting for another schemagen"), "{outcome}");
        assert!(outcome.status == Some(1) && outcome.stderr.contains("another run has just rolled back 001"), "{outcome}");
        ends(other);
        assert!(live.value::<bool>("SELECT to_regclass('t') IS NULL"));
        project.run(&["apply", "--yes"]).succeeds();
        assert!(!live.value::<bool>("SELECT to_regclass('t') IS NULL"));
    }
}

#[test]
fn what_another_run_has_applied_is_not_applied_twice() {
    let live = Live::new();
    let project = project(&live, SLOWLY, "");
    let other = beside(&live, &project, "apply");
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Nothing is left to apply: another run has done it"), "{outcome}");
    ends(other);
}

#[test]
fn what_another_run_is_applying_is_not_nothing_to_roll_back() {
    let live = Live::new();
    let project = project(&live, SLOWLY, "");
    let other = beside(&live, &project, "apply");
    let outcome = project.run(&["rollback", "--yes"]);
    assert!(outcome.status == Some(1) && outcome.stderr.contains("another run has changed what is applied"), "{outcome}");
    ends(other);
    project.run(&["rollback", "--yes"]).succeeds();
}
