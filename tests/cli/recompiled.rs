//! Sessions that were there before a migration go on writing after it.

use crate::support::live::Live;

const NOTED: &str = "CREATE TABLE log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('order ' || NEW.number); RETURN NULL; END $$;
CREATE TABLE orders (id int PRIMARY KEY, number int);
CREATE TRIGGER note AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();
";

#[test]
fn a_session_that_has_run_a_trigger_goes_on_after_a_type_changes() {
    for strategy in ["direct", "expand-contract"] {
        let live = Live::new();
        let project = live.project().declaring(NOTED);
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        let mut session = live.session();
        session.run("INSERT INTO orders VALUES (1, 1)");
        let project = project.declaring(&NOTED.replace("number int", "number bigint"));
        project.run(&["diff", "--strategy", strategy]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        if strategy == "expand-contract" {
            session.run("INSERT INTO orders VALUES (2, 2)");
            project.run(&["deployed", "002"]).succeeds();
            project.run(&["apply", "--yes"]).succeeds();
        }
        session.run("INSERT INTO orders VALUES (3, 5000000000)");
        session.run("DELETE FROM orders WHERE id = 3");
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        session.run("INSERT INTO orders VALUES (4, 4)");
        assert!(live.value::<i64>("SELECT to_jsonb(count(*)) FROM log") >= 3);
    }
}

#[test]
fn a_function_of_somebody_else_is_left_alone() {
    let live = Live::new();
    let project = live.project().declaring(NOTED);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.role("recompiled_owner", "");
    let owned = |schema: &str| format!("{schema}ALTER FUNCTION note() OWNER TO recompiled_owner;\n");
    let project = project.declaring(&owned(NOTED));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let project = project.declaring(&owned(&NOTED.replace("number int", "number bigint")));
    project.run(&["diff", "--strategy", "direct", "--name", "x"]).succeeds();
    let migration = project.read("migrations/003_x.sql");
    assert!(migration.contains("TYPE bigint") && !migration.contains("ALTER FUNCTION"), "{migration}");
}
