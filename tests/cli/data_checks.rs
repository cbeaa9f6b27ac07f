//! Live rows on which a migration would stop: counted and named while the migration is written, which still is.

use crate::support::live::Live;
use crate::support::project::Project;

const BEFORE: &str = "CREATE DOMAIN percent AS int;
CREATE TABLE parent (id bigint PRIMARY KEY, code text);
CREATE TABLE t (
    id bigint PRIMARY KEY, email text, age int, parent_id bigint, share percent, span int4range, \"Odd 'name\" text
);
";

const AFTER: &str = "CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE parent (id bigint PRIMARY KEY, code text);
CREATE UNIQUE INDEX parent_code ON parent (lower(code)) WHERE code <> '';
CREATE TABLE t (
    id bigint PRIMARY KEY, email text NOT NULL UNIQUE, age int CHECK (age > 0), parent_id bigint REFERENCES parent,
    share percent, span int4range, \"Odd 'name\" text NOT NULL, added int NOT NULL,
    EXCLUDE USING gist (span WITH &&)
);
";

const ROWS: &str = "INSERT INTO parent VALUES (1, 'x'), (2, 'X'), (3, ''), (4, '');
INSERT INTO t SELECT i, 'a' || i, 1, 1, 10, int4range(i, i + 1), 'ok' FROM generate_series(1, 20) i;
UPDATE t SET email = 'a1' WHERE id = 2; UPDATE t SET email = NULL WHERE id IN (5, 6, 7); UPDATE t SET age = -1 WHERE id = 8;
UPDATE t SET parent_id = 99 WHERE id IN (9, 10); UPDATE t SET share = 101 WHERE id = 11;
UPDATE t SET span = '[3,5)' WHERE id = 3; UPDATE t SET \"Odd 'name\" = NULL WHERE id = 12;";

#[test]
fn rows_that_stand_against_a_change_are_counted_and_named() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(ROWS);
    project.write("schema/schema.sql", AFTER);
    let outcome = project.run(&["diff", "--name", "tighten", "--format", "json"]).succeeds();
    let json = outcome.json();
    let found = |what: &str| {
        let checks = json["checks"].as_array().expect("checks");
        let check = checks.iter().find(|it| it["what"] == what).unwrap_or_else(|| panic!("no {what} in {json:#}"));
        let rows = &check["answer"]["rows"];
        let samples: Vec<&str> = rows["samples"].as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
        (rows["count"].as_u64(), samples.join("; "))
    };
    assert_eq!(found("NOT NULL of public.t.email"), (Some(3), "id = 5; id = 6; id = 7".to_owned()));
    assert_eq!(found("NOT NULL of public.t.\"Odd 'name\""), (Some(1), "id = 12".to_owned()));
    assert_eq!(found("NOT NULL of public.t.added").0, Some(20));
    assert_eq!(found("UNIQUE t_email_key of public.t"), (Some(1), "email = a1 in 2 rows".to_owned()));
    assert_eq!(found("unique index public.parent_code"), (Some(1), "lower(code) = x in 2 rows".to_owned()));
    assert_eq!(found("CHECK t_age_check of public.t"), (Some(1), "id = 8".to_owned()));
    assert_eq!(found("CHECK percent_check of public.percent in public.t.share"), (Some(1), "id = 11".to_owned()));
    assert_eq!(found("FOREIGN KEY t_parent_id_fkey of public.t"), (Some(2), "id = 9; id = 10".to_owned()));
    assert_eq!(found("EXCLUDE t_span_excl of public.t").0, Some(1));
    assert_eq!(json["checks"].as_array().map(Vec::len), Some(9));

    assert!(
        outcome.stderr.contains("the migration stops: 3 cases on live rows stand against NOT NULL of public.t.email"),
        "{outcome}"
    );
    let migration = project.read("migrations/002_tighten.sql");
    assert!(
        migration.contains("\n-- Stops: 1 case on live rows stands against CHECK t_age_check of public.t (id = 8): "),
        "{migration}"
    );
    let log = project.read("migrations/logs/002_tighten.md");
    assert!(log.contains("This migration stops on live rows") && log.contains("- [ ] **2 cases on live rows stand"), "{log}");
    assert_eq!(project.run(&["apply", "--yes"]).status, Some(1), "the rows are still there");
}

#[test]
fn without_rows_in_the_way_the_log_ticks_the_boxes_off() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.write("schema/schema.sql", AFTER);
    let outcome = project.run(&["diff", "--name", "tighten"]).succeeds();
    assert!(outcome.stderr.contains("Checks: 9 of 9 answered") && !outcome.stderr.contains("the migration stops: "), "{outcome}");
    let log = project.read("migrations/logs/002_tighten.md");
    assert!(log.contains("- [x] No live row stands against NOT NULL of public.t.email"), "{log}");
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn what_cannot_be_asked_yet_is_told() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE t (id bigint PRIMARY KEY);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE t (id bigint PRIMARY KEY, a int);\n");
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", "CREATE TABLE t (id bigint PRIMARY KEY, a int CHECK (a > 0));\n");
    let outcome = project.run(&["diff"]).succeeds();
    let words = "not known whether rows stand against CHECK t_a_check of public.t: it cannot be asked before";
    assert!(outcome.stderr.contains(words), "{outcome}");
}

#[test]
fn the_proof_is_about_rows_that_satisfy_what_comes() {
    let project =
        Project::new().declaring("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int, kind text);");
    project.run(&["diff"]).succeeds();
    let after = "CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE REFERENCES a, kind text NOT NULL CHECK (kind IN ('new', 'used')));";
    project.write("schema/schema.sql", after);
    let outcome = project.run(&["diff", "--name", "tighten"]).succeeds();
    let compared: Option<usize> =
        outcome.stderr.lines().find_map(|it| it.strip_prefix("Values: ")?.split(' ').next()?.parse().ok());
    assert!(compared > Some(200) && !outcome.stderr.contains("the migration stops"), "{outcome}");
    // What nothing can satisfy is not proven by value, and the log does not say that it is.
    project.write("schema/schema.sql", &format!("{after} CREATE TABLE u (id int PRIMARY KEY);"));
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", &format!("{after} CREATE TABLE u (id int PRIMARY KEY CHECK (id IS NULL));"));
    let outcome = project.run(&["diff", "--name", "never"]).succeeds();
    assert!(outcome.stderr.contains("Not compared: public.u: CHECK u_id_check refused every candidate"), "{outcome}");
    let log = project.read("migrations/logs/004_never.md");
    assert!(log.contains("- [ ] No row could be had in 1 table, so no value was compared") && !log.contains("[x] 0 "), "{log}");
}

#[test]
fn another_name_of_a_key_asks_nothing_of_rows() {
    let before = "CREATE TABLE t (id int CONSTRAINT old_key PRIMARY KEY, n int CONSTRAINT old_check CHECK (n > 0));";
    let project = Project::new().declaring(before);
    project.run(&["diff"]).succeeds();
    project.write("schema/schema.sql", &before.replace("old_", "new_"));
    project.run(&["diff", "--name", "names"]).succeeds();
    let migration = project.read("migrations/002_names.sql");
    assert!(migration.contains("\n-- Risk: Safe\n") && migration.contains("\n-- Rollback: exact\n"), "{migration}");
}

#[test]
fn labels_of_an_enum_that_comes_are_asked_of_live_texts() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE t (id int PRIMARY KEY, status text);");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1, 'open'), (2, 'Open'), (3, NULL), (4, 'paid')");
    project.write("schema/schema.sql", "CREATE TYPE s AS ENUM ('open', 'paid'); CREATE TABLE t (id int PRIMARY KEY, status s);");
    let outcome = project.run(&["diff", "--name", "status"]).succeeds();
    let words = "the migration stops: 1 case on live rows stands against public.t.status from text to public.s (id = 2)";
    assert!(outcome.stderr.contains(words) && outcome.stderr.contains("Values: 124 seeded rows"), "{outcome}");
    assert!(project.run(&["apply", "--yes"]).stderr.contains("Rows: id = 2"));
    live.run("UPDATE t SET status = 'open' WHERE id = 2");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--yes"]).succeeds();
}

#[test]
fn rows_beyond_a_bound_and_in_the_default_partition_stand_against_a_partition() {
    let before = "CREATE TABLE readings (id int PRIMARY KEY, at date NOT NULL);
        CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE events_rest PARTITION OF events DEFAULT;\n";
    let after = "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE events ATTACH PARTITION readings FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');\n";
    let live = Live::new();
    let project = live.project().declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO events VALUES (1, '2026-03-03'), (2, '2019-01-01'); INSERT INTO readings VALUES (5, '2020-01-01'), (6, '2021-01-01')");
    project.write("schema/schema.sql", &format!("{before}{after}"));
    let outcome = project.run(&["diff"]).succeeds();
    for it in [
        "1 case on live rows stands against partition public.events_2026 beside the default partition public.events_rest",
        "1 case on live rows stands against the bound of partition public.readings (id = 6)",
    ] {
        assert!(outcome.stderr.contains(it), "no {it:?} in\n{outcome}");
    }
    assert!(!outcome.stderr.contains("partition public.readings beside"), "{outcome}");
}
