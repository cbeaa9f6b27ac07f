//! Roles of files, comments that allow, and the policy.

use super::*;

fn run(files: &[File], policy: &Policy) -> Report {
    lint(files, &Options { version: NEWEST, policy }).unwrap()
}

fn file(name: &str, text: &str, role: Role) -> File {
    File { name: name.to_owned(), text: text.to_owned(), role }
}

fn names(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|it| it.rule).collect()
}

#[test]
fn a_rollback_goes_back_and_what_it_does_is_not_known_after_it() {
    let files = [
        file("001.sql", "CREATE TABLE a (b int);", Role::Earlier),
        file("rollbacks/001.sql", "DROP TABLE a;\nTRUNCATE c;", Role::Rollback),
        file("002.sql", "ALTER TABLE a ALTER b TYPE bigint;\nANALYZE a;", Role::Migration),
    ];
    let report = run(&files, &Policy::default());
    assert_eq!(names(&report), ["truncate", "type-change-rewrites"]);
    assert_eq!(report.files, 2);
}

#[test]
fn what_is_off_by_itself_is_asked_where_the_policy_says_so() {
    let text = "CREATE TABLE a (b json);\nCREATE INDEX ON c (d);";
    let files = [file("./migrations/old/1.sql", text, Role::Migration), file("migrations/2.sql", text, Role::Migration)];
    let mut policy = Policy::default();
    assert_eq!(names(&run(&files, &policy)), ["create-index-blocks-writes"; 2]);
    policy.rules.insert("json-type", Setting { level: Level::Warning, paths: Vec::new() });
    policy.rules.insert("create-index-blocks-writes", Setting { level: Level::Off, paths: vec!["migrations/old/*".to_owned()] });
    let report = run(&files, &policy);
    assert_eq!(names(&report), ["json-type", "json-type", "create-index-blocks-writes"]);
    assert_eq!((report.count_from(Level::Error), report.count_from(Level::Warning), report.count_from(Level::Off)), (1, 3, 0));
}

#[test]
fn an_allowed_finding_is_kept_with_its_reason() {
    let text = "-- Migration 1\n-- schemagen: allow drop-table: no reader is left\n\nDROP TABLE a;\n\nDROP TABLE b;\n\
                ALTER TABLE c\n  -- schemagen: allow drop-column only tests read it\n  DROP d;\n\
                -- schemagen: allow truncate it is a cache\n-- and a small one\nTRUNCATE e;\nTRUNCATE f;\n";
    let report = run(&[file("1.sql", text, Role::Migration)], &Policy::default());
    let allowed: Vec<(&str, usize, &str)> =
        report.allowed.iter().map(|it| (it.finding.rule, it.finding.place.line, it.reason.as_str())).collect();
    assert_eq!(
        allowed,
        [
            ("drop-table", 4, "no reader is left"),
            ("drop-table", 6, "no reader is left"),
            ("drop-column", 9, "only tests read it"),
            ("truncate", 12, "it is a cache"),
        ]
    );
    assert_eq!(names(&report), ["truncate"]);
    assert_eq!(report.findings[0].place.line, 13);
}

#[test]
fn an_empty_line_parts_a_comment_from_a_statement_that_is_not_the_first() {
    let text = "SELECT 1;\n-- schemagen: allow truncate it is a cache\n\nTRUNCATE e;\n";
    let report = run(&[file("1.sql", text, Role::Migration)], &Policy::default());
    assert_eq!(names(&report), ["unused-allow", "truncate"]);
    assert!(report.findings[0].message.contains("stands above no statement"), "{:?}", report.findings);
}

#[test]
fn a_misspelt_rule_is_suggested() {
    let text = "-- schemagen: allow drop-tabel nobody reads it\nDROP TABLE a;";
    let report = run(&[file("1.sql", text, Role::Migration)], &Policy::default());
    assert_eq!(names(&report), ["bad-allow", "drop-table"]);
    assert_eq!(report.findings[0].help.as_deref(), Some("did you mean drop-table?"));
}

#[test]
fn the_rest_of_a_file_is_looked_at_beside_a_syntax_error() {
    let report = run(&[file("1.sql", "SELEC 1;\nTRUNCATE a;", Role::Migration)], &Policy::default());
    assert_eq!(names(&report), ["syntax-error", "truncate"]);
}

#[test]
fn names_are_told_as_one_writes_them() {
    let report = run(&[file("1.sql", "TRUNCATE \"Order\", s.t, public.u;", Role::Migration)], &Policy::default());
    let told: Vec<&str> = report.findings.iter().map(|it| it.message.split(" are gone").next().unwrap_or_default()).collect();
    assert_eq!(told, ["all rows of \"Order\"", "all rows of s.t", "all rows of u"]);
}

#[test]
fn the_summary_counts() {
    let text = "TRUNCATE a;\nDROP INDEX i;\nDROP INDEX j;\n-- schemagen: allow truncate it is a cache\nTRUNCATE b;";
    let report = run(&[file("1.sql", text, Role::Migration)], &Policy::default());
    assert_eq!(report.summary(), "1 error and 2 warnings in 1 file, 1 allowed");
    assert_eq!(Report::default().summary(), "nothing found in 0 files");
}
