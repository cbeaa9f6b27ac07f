//! A migration takes its locks in the order in which clients take theirs: none of them ends with a deadlock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::support::live::Live;
use crate::support::project::Project;

/// Applies the newest migration and rolls it back some times, while clients run a statement over and over.
fn there_and_back_beside(live: &Live, project: &Project, statement: &str) {
    let ended = AtomicBool::new(false);
    scope(|threads| {
        let client = || {
            while !ended.load(Ordering::Relaxed) {
                live.run(statement);
            }
        };
        let clients = [threads.spawn(client), threads.spawn(client)];
        for _ in 0..4 {
            project.run(&["apply", "--yes"]).succeeds();
            project.run(&["rollback", "--yes"]).succeeds();
        }
        ended.store(true, Ordering::Relaxed);
        clients.into_iter().for_each(|it| it.join().expect("every statement is done"));
    });
}

/// A project whose second migration leads from one schema to the other.
fn changing(live: &Live, before: &str, after: &str) -> Project {
    let project = live.project().declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let project = project.declaring(after);
    project.run(&["diff"]).succeeds();
    project
}

#[test]
fn queries_of_a_view_wait_while_it_changes_with_its_table() {
    let live = Live::new();
    let before = "CREATE TABLE t (a int);\nCREATE VIEW v AS SELECT a FROM t;\nCREATE VIEW w AS SELECT a FROM v;\n";
    let after = "CREATE TABLE t (a int, b int);\nCREATE VIEW v AS SELECT a, b FROM t;\nCREATE VIEW w AS SELECT a FROM v;\n";
    let project = changing(&live, before, after);
    there_and_back_beside(&live, &project, "SELECT a FROM w");
}

#[test]
fn queries_of_a_view_wait_while_its_table_gets_another_name() {
    let live = Live::new();
    let before = "CREATE TABLE t (a int);\nCREATE VIEW v AS SELECT a FROM t;\n";
    let after = "-- schemagen: renamed from t\nCREATE TABLE u (a int);\nCREATE VIEW v AS SELECT a, a + 1 AS b FROM u;\n";
    let project = changing(&live, before, after);
    there_and_back_beside(&live, &project, "SELECT a FROM v");
}

#[test]
fn rows_are_written_while_their_table_changes_with_one_that_they_refer_to() {
    let live = Live::new();
    let tables =
        |more: &str| format!("CREATE TABLE a (id int PRIMARY KEY{more});\nCREATE TABLE b (a_id int REFERENCES a{more});\n");
    let project = changing(&live, &tables(""), &tables(", n int"));
    live.run("INSERT INTO a VALUES (1)");
    there_and_back_beside(&live, &project, "INSERT INTO b VALUES (1)");
}
