//! What reads a column that changes in two halves: the running application reads what it read before, until the deploy.

use crate::support::live::Live;

const BEFORE: &str = "CREATE TABLE t (id int PRIMARY KEY, cents int NOT NULL, note text, kind text NOT NULL DEFAULT 'x');
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (cents > 0 AND note IS DISTINCT FROM 'secret');
CREATE VIEW v AS SELECT kind, sum(cents) AS s FROM t GROUP BY kind;
CREATE VIEW w AS SELECT kind, s + 1 AS s1 FROM v;
CREATE VIEW n AS SELECT id, note FROM t;
CREATE MATERIALIZED VIEW m AS SELECT kind, max(cents) AS top FROM t GROUP BY kind;
CREATE INDEX m_kind ON m (kind);
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(note) FROM t); END $$;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tg AFTER UPDATE OF cents ON t FOR EACH ROW WHEN (NEW.cents > 100) EXECUTE FUNCTION tf();
";

#[test]
fn readers_see_what_they_saw_until_the_deploy() {
    let live = Live::new();
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t SELECT i, i, 'n' || i FROM generate_series(1, 300) i; REFRESH MATERIALIZED VIEW m");
    let after = BEFORE
        .replace("cents int", "cents bigint")
        .replace("note text", "\n-- schemagen: renamed from note\nremark text")
        .replace("id, note", "id, remark")
        .replace("max(note)", "max(remark)")
        .replace("AND note", "AND remark");
    project.write("schema/schema.sql", &format!("{after}CREATE VIEW z AS SELECT remark FROM n;\n"));
    project.run(&["diff", "--name", "both", "--strategy", "expand-contract"]).succeeds();

    // Before anything is filled nobody reads what is not there yet.
    let begun = project.read("migrations/002_both.sql");
    assert!(!begun.contains("VIEW") && !begun.contains("POLICY") && !begun.contains("FUNCTION public.g"), "{begun}");
    project.run(&["apply", "--yes"]).succeeds();
    let sum = "SELECT s1::bigint FROM w";
    assert_eq!(live.value::<i64>(sum), 45_151);
    assert_eq!(live.value::<i64>("SELECT count(note) FROM n"), 300, "the old name");
    assert_eq!(live.value::<String>("SELECT g()"), "n99");
    let written = "INSERT INTO t VALUES (301, 1000, 'old'); INSERT INTO t (id, cents, remark) VALUES (302, 1000, 'new')";
    live.run(written);
    assert_eq!(live.value::<i64>(sum), 47_151);

    project.run(&["deployed", "004"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(sum), 47_151);
    assert_eq!(live.value::<i64>("SELECT count(remark) FROM z"), 302);
    project.run(&["rollback", "--to", "001", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(sum), 47_151);
    assert_eq!(live.value::<i64>("SELECT count(note) FROM n"), 302);
}
