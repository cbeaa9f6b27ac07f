//! Published tables whose rows nothing identifies: PostgreSQL refuses to update them.

use crate::support::live::Live;

const PUBLISHED: &str = "CREATE PUBLICATION p FOR TABLE t;\n";
const FILLED: &str = "\n    -- schemagen: using a * 2\n    b int";

#[test]
fn what_is_filled_in_a_published_table_without_a_key_is_refused_beforehand() {
    let live = Live::new();
    for large in ["0", "1"] {
        let project =
            live.project().with("SCHEMAGEN_ASSUME_LARGE", large).declaring(&format!("CREATE TABLE t (a int);\n{PUBLISHED}"));
        live.run("DROP TABLE IF EXISTS t; DROP PUBLICATION IF EXISTS p; DROP TABLE IF EXISTS schema_migrations");
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        project.write("schema/schema.sql", &format!("CREATE TABLE t (a int,{FILLED});\n{PUBLISHED}"));
        project.refuses(&["diff"], 3, &["public.t is published", "ALTER TABLE public.t REPLICA IDENTITY FULL"]);
        assert!(!project.files().keys().any(|it| it.starts_with("migrations/002")));
    }
}

#[test]
fn a_published_table_gets_its_key_before_it_is_filled() {
    let live = Live::new();
    for (large, more) in [("0", ""), ("1", ""), ("0", "full"), ("1", "full")] {
        let project =
            live.project().with("SCHEMAGEN_ASSUME_LARGE", large).declaring(&format!("CREATE TABLE t (a int);\n{PUBLISHED}"));
        live.run("DROP TABLE IF EXISTS t; DROP PUBLICATION IF EXISTS p; DROP TABLE IF EXISTS schema_migrations");
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        live.run("INSERT INTO t SELECT generate_series(1, 50)");
        let (key, identity) = if more.is_empty() { (" PRIMARY KEY", "") } else { ("", "ALTER TABLE t REPLICA IDENTITY FULL;\n") };
        project.write("schema/schema.sql", &format!("CREATE TABLE t (a int{key},{FILLED});\n{identity}{PUBLISHED}"));
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE b = a * 2"), 50);
        project.run(&["diff", "--exit-code"]).succeeds();
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE b = a * 2"), 50);
    }
}
