//! A large partition gets another bound: its rows are read before, while others go on, and nobody waits for that.

use crate::support::live::Live;

const BEFORE: &str = "CREATE TABLE event (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
";

const ROWS: &str = "SELECT count(*) FROM event";

#[test]
fn a_large_partition_is_read_before_it_gets_another_bound() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE).with("SCHEMAGEN_ASSUME_LARGE", "1");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO event SELECT i, date '2024-01-01' + i FROM generate_series(1, 300) i");
    project.write("schema/schema.sql", &BEFORE.replace("'2025-01-01'", "'2026-01-01'"));
    project.run(&["diff", "--name", "bound"]).succeeds();
    let shown = project.read("migrations/002_bound.sql");
    assert!(shown.contains("ALTER TABLE public.event_old ADD CONSTRAINT") && shown.contains("VALIDATE CONSTRAINT"), "{shown}");
    let turned = project.read("migrations/003_bound_part_2.sql");
    assert!(turned.contains("ATTACH PARTITION public.event_old FOR VALUES FROM ('2024-01-01') TO ('2026-01-01')"), "{turned}");
    assert!(!turned.contains("no-transaction") && !turned.contains("per million rows"), "{turned}");
    // What was shown is the new bound: the way back reads the rows, and says so.
    let back = project.read("migrations/logs/003_bound_part_2.md");
    assert!(back.contains("; reads `public.event_old`"), "{back}");
    let over = project.read("migrations/004_bound_part_3.sql");
    assert!(over.contains("DROP CONSTRAINT") && over.contains("-- Risk: Safe"), "{over}");
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO event VALUES (0, '2025-06-06')");
    project.run(&["diff", "--exit-code"]).succeeds();
    let refused = project.run(&["rollback", "--to", "001", "--yes"]);
    assert!(refused.status == Some(1) && refused.stderr.contains("event_old"), "{refused}");
    live.run("DELETE FROM event WHERE id = 0");
    project.run(&["rollback", "--to", "001", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ROWS), 300);
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>(ROWS), 300);
}
