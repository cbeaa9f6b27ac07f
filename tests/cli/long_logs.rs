//! The log of very many changes can be read, and leaves out no risk.

use crate::support::project::Project;

/// So many tables with those columns, each with an index.
fn tables(count: usize, columns: &str) -> String {
    (0..count).map(|it| format!("CREATE TABLE t{it} ({columns});\nCREATE INDEX t{it}_idx ON t{it} (a);\n")).collect()
}

#[test]
fn what_is_alike_is_counted_and_what_is_risked_is_listed() {
    const COUNT: usize = 60;
    let project = Project::new().declaring(&tables(COUNT, "a int, b text"));
    project.run(&["diff", "--name", "make"]).succeeds();
    let log = project.read("migrations/logs/001_make.md");
    for it in [
        "- Create index: 60, of which 5 are listed\n- Create table: 60, of which 5 are listed\n\nThe migration itself says all of them.\n",
        "- Drop table: 60, of which 5 are listed\n",
        "reads `public.t0`, `public.t1`, `public.t10` and 57 more",
    ] {
        assert!(log.contains(it), "no {it:?} in\n{log}");
    }
    assert!(log.lines().count() < 150, "{log}");
    project.write("schema/schema.sql", &tables(COUNT, "a int"));
    project.run(&["diff", "--name", "drop", "--on-drop", "drop"]).succeeds();
    let log = project.read("migrations/logs/002_drop.md");
    assert_eq!(log.matches("\n- Drop column `b` of ").count(), COUNT, "{log}");
    assert_eq!(log.matches("\n> - ").count(), COUNT, "each loss: {log}");
}
