//! A database on which another branch's migration is applied under a number that the folder gives to its own.

use std::fs;

use crate::support::live::Live;
use crate::support::project::Project;

const FIRST: &str = "CREATE TABLE a (id int PRIMARY KEY);\n";

/// A database with a colleague's 002 and 003, and the folder with another 002.
fn met(live: &Live) -> Project {
    let project = live.project().declaring(FIRST);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let before = project.files();
    for it in ["theirs", "more_of_theirs"] {
        project.write(&format!("schema/{it}.sql"), &format!("CREATE TABLE {it} (id int PRIMARY KEY);\n"));
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
    }
    fs::remove_dir_all(project.at("migrations")).expect("it is there");
    for it in ["theirs", "more_of_theirs"] {
        fs::remove_file(project.at(&format!("schema/{it}.sql"))).expect("it is there");
    }
    before.iter().for_each(|(path, text)| project.write(path, text));
    project.write("schema/schema.sql", "CREATE TABLE a (id int PRIMARY KEY, ours int);\n");
    let project = project.with("DATABASE_URL", "");
    project.run(&["diff"]).succeeds();
    project.with("DATABASE_URL", &live.url())
}

#[test]
fn it_is_no_edited_file() {
    let live = Live::new();
    let project = met(&live);
    let words = [
        "002_add_a_ours.sql is not the migration 002 that is applied, \"Create table theirs\"",
        "schemagen rollback --to 001",
        "schemagen rebase",
        "state: nothing was changed",
    ];
    let outcome = project.refuses(&["apply", "--yes"], 1, &words);
    assert!(!outcome.stderr.contains("UPDATE"), "the other one is not to be taken for it: {outcome}");
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("other    Create table theirs"), "{status}");
    assert!(status.stdout.contains("1 applied, 1 other, 1 missing"), "{status}");
    assert!(status.stderr.contains("Next: two branches had that number"), "{status}");
    let check = project.run(&["check"]);
    assert!(check.status == Some(1) && check.stdout.contains("002_add_a_ours.sql: it is not the migration 002"), "{check}");
}

#[test]
fn its_rollback_undoes_what_is_applied() {
    let live = Live::new();
    let project = met(&live);
    let outcome = project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    let words = ["Undoing 002 Create table theirs (the stored rollback of 002)", "Verified: the database is in the state of 001"];
    assert!(words.iter().all(|it| outcome.stderr.contains(it)), "{outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("2 applied\nno drift"), "{status}");
}

#[test]
fn another_projects_database_is_not_to_be_emptied() {
    let live = Live::new();
    let _theirs = met(&live);
    let project = live.project().with("DATABASE_URL", "").declaring("CREATE TABLE shop (id int);\n");
    project.run(&["diff"]).succeeds();
    let project = project.with("DATABASE_URL", &live.url());
    let outcome = project.refuses(&["apply", "--yes"], 1, &["is not the migration 001 that is applied", "another project"]);
    assert!(!outcome.stderr.contains("rollback"), "{outcome}");
}

#[test]
fn a_folder_that_lacks_what_is_applied_takes_nothing_away() {
    let live = Live::new();
    let project = met(&live);
    let words = ["002_add_a_ours.sql is not the migration 002 that is applied", "schemagen diff --database-url \"\""];
    project.refuses(&["diff"], 3, &words);
    for it in ["002_add_a_ours.sql", "rollbacks/002_rollback.sql", "logs/002_add_a_ours.md", "HEAD"] {
        fs::remove_file(project.at(&format!("migrations/{it}"))).expect("it is there");
    }
    let words = ["has 002, 003, which migrations lacks: what that made would be taken away", "merge the branch that has it"];
    project.refuses(&["diff"], 3, &words);
    project.run(&["diff", "--database-url", ""]).succeeds();
}
