//! What is said of routine bodies that name what a migration takes away.

use crate::support::project::Project;

#[test]
fn findings_are_warnings_and_part_of_the_report() {
    let routine = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT sum(old)::int FROM t';\n";
    let project = Project::new();
    project.write("migrations/001_a.sql", &format!("CREATE TABLE t (id int, old int);\n{routine}"));
    project.write("schema/schema.sql", &format!("SET check_function_bodies = off;\nCREATE TABLE t (id int);\n{routine}"));
    let outcome = project.run(&["diff", "--on-drop", "drop", "--format", "json"]).succeeds();
    let finding = "function public.f(), line 1, reads public.t.old, which this migration drops";
    assert!(outcome.stderr.contains(&format!("warning: {finding}")), "{outcome}");
    assert_eq!(outcome.json()["findings"], serde_json::json!([finding]));
    let log = project.files().into_iter().find(|it| it.0.starts_with("migrations/logs/")).map(|it| it.1).unwrap_or_default();
    assert!(log.contains(&format!("- {finding}")), "{log}");
}
