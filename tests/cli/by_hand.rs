//! What was made on the live database by hand finds its way into the migrations, and is not made twice.

use crate::support::live::Live;
use crate::support::project::Project;

const TABLE: &str = "CREATE TABLE orders (id int PRIMARY KEY, total int);\n";
const INDEX: &str = "CREATE INDEX orders_total ON orders (total);\n";
const FUNCTION: &str = "CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql AS 'SELECT n / 2';\n";

fn applied(live: &Live) -> Project {
    let project = live.project().declaring(TABLE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project
}

/// A hotfix that stands in the folder too.
fn fixed(live: &Live) -> Project {
    let project = applied(live);
    live.run(INDEX);
    live.run(FUNCTION);
    project.declaring(&format!("{TABLE}{INDEX}{FUNCTION}"))
}

#[test]
fn a_hotfix_that_was_put_into_the_folder_is_written_and_recorded() {
    let live = Live::new();
    let project = fixed(&live);
    let outcome = project.run(&["diff", "--name", "hotfix"]).succeeds();
    assert!(outcome.stderr.contains("warning: the database is not in the state that the migrations lead to (001)"), "{outcome}");
    assert!(outcome.stdout.contains("migrations/002_hotfix.sql"), "{outcome}");
    // What is pending and there already is not made again on the clone.
    let again = project.run(&["diff"]).succeeds();
    assert!(again.stderr.contains("No changes") && !again.stderr.contains("warning"), "{again}");
    project.run(&["check"]).succeeds();
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(
        outcome.stderr.contains("The database is in the state of 003 already: all up to it are recorded, not run"),
        "{outcome}"
    );
    assert_eq!(outcome.stdout, "recorded 002 Hotfix\nrecorded 003 Hotfix, part 2\n");
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("3 applied\nno drift: the database is in the state of 003"), "{status}");
    // Where it is not there it is made, and it is undone as any other.
    let other = Live::new();
    let project = project.with("DATABASE_URL", &other.url());
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stdout.contains("applied 002 Hotfix ("), "{outcome}");
    let project = project.with("DATABASE_URL", &live.url());
    let outcome = project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Verified: the database is in the state of 001"), "{outcome}");
}

#[test]
fn a_database_that_lacks_its_history_gets_it_back() {
    let live = Live::new();
    let project = applied(&live).declaring(&format!("{TABLE}{FUNCTION}"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders VALUES (1, 2)");
    live.run("DROP TABLE schema_migrations");
    let json = project.run(&["apply", "--yes", "--format", "json"]).succeeds().json();
    let recorded: Vec<bool> = json["applied"].as_array().expect("a list").iter().map(|it| it["recorded"] == true).collect();
    assert_eq!((recorded, &json["verified"]), (vec![true, true], &true.into()), "{json}");
    assert_eq!(live.value::<i64>("SELECT to_jsonb(count(*)) FROM orders"), 1);
}

#[test]
fn rows_that_a_migration_by_hand_fills_are_filled() {
    let live = Live::new();
    let project = applied(&live);
    project.run(&["new", "totals"]).succeeds();
    project.write("migrations/002_totals.sql", "-- Migration 002: Totals\nUPDATE orders SET total = 0 WHERE total IS NULL;\n");
    let project = project.declaring(&format!("{TABLE}{FUNCTION}"));
    project.run(&["diff"]).succeeds();
    live.run("INSERT INTO orders VALUES (1, NULL)");
    live.run(FUNCTION);
    let outcome = project.run(&["apply", "--yes"]);
    assert!(!outcome.stdout.contains("recorded 002"), "{outcome}");
    assert_eq!(live.value::<i64>("SELECT to_jsonb(total) FROM orders"), 0, "{outcome}");
}

#[test]
fn a_column_that_stands_there_unfilled_is_not_taken_for_the_one_that_a_migration_fills() {
    let live = Live::new();
    let project = applied(&live).declaring(
        "CREATE TABLE orders (\n    id int PRIMARY KEY,\n    total int,\n    -- schemagen: using total * 2\n    twice int\n);\n",
    );
    live.run("INSERT INTO orders VALUES (1, 2)");
    project.run(&["diff"]).succeeds();
    live.run("ALTER TABLE orders ADD COLUMN twice int");
    project.refuses(
        &["apply", "--yes"],
        1,
        &["column \"twice\" of relation \"orders\" already exists", "something else made it"],
    );
    live.run("ALTER TABLE orders DROP COLUMN twice");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT to_jsonb(twice) FROM orders"), 4);
}

#[test]
fn a_migration_on_top_of_drift_says_so() {
    let live = Live::new();
    let project = applied(&live).declaring(&format!("{TABLE}CREATE TABLE more (id int);\n{FUNCTION}"));
    live.run(FUNCTION);
    let outcome = project.run(&["diff"]).succeeds();
    assert!(outcome.stderr.contains("What is written now starts from there, and need not fit other databases"), "{outcome}");
}
