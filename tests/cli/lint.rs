//! `schemagen lint` and `schemagen explain`: forms, exit status, files, policy.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::project::Project;

const INDEX: &str = "CREATE INDEX orders_placed_idx ON orders (placed_at);\n";

/// A project with two migrations, the second with an error and a warning.
fn project() -> Project {
    let project = Project::new();
    project.write(
        "migrations/001_orders.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz, note varchar(20));\n",
    );
    project.write("migrations/rollbacks/001_rollback.sql", "DROP TABLE orders;\n");
    project.write("migrations/002_index.sql", &format!("-- Migration 002: Index\n\nDROP INDEX old_idx;\n  {INDEX}"));
    project
}

#[test]
fn a_person_sees_the_line_and_what_to_do() {
    let outcome = project().run(&["lint"]);
    assert_eq!(outcome.status, Some(1), "{outcome}");
    let expected = "\
error[create-index-blocks-writes]: writes to orders wait until the index is built
 --> migrations/002_index.sql:4:3
  |
4 |   CREATE INDEX orders_placed_idx ON orders (placed_at);
  |   ^
  = help: CREATE INDEX CONCURRENTLY, in a file of its own that begins with -- schemagen: no-transaction

1 error and 1 warning in 2 files; schemagen explain RULE says why
";
    assert!(outcome.stdout.ends_with(expected), "{outcome}");
    assert!(outcome.stderr.starts_with("error: lint: 1 finding of level error or above"), "{outcome}");
}

#[test]
fn the_least_level_decides_how_it_ends() {
    let project = project();
    for (arguments, status) in [
        (vec!["lint", "--fail-on", "never"], 0),
        (vec!["lint", "--fail-on", "info"], 1),
        (vec!["lint", "migrations/001_orders.sql"], 0),
        (vec!["lint", "migrations/001_orders.sql", "migrations/rollbacks/001_rollback.sql", "--fail-on", "info"], 0),
        (vec!["lint", "missing.sql"], 1),
        (vec!["lint", "--pg-version", "13"], 64),
        (vec!["status", "--format", "sarif"], 64),
        (vec!["explain", "nonsense"], 64),
    ] {
        assert_eq!(project.run(&arguments).status, Some(status), "{arguments:?}");
    }
    project.write("migrations/002_index.sql", "DROP INDEX old_idx;\n");
    project.run(&["lint"]).succeeds();
    assert_eq!(project.run(&["lint", "--fail-on", "warning"]).status, Some(1));
    project.write("schemagen.toml", "[policy]\nfail_on = \"warning\"\n");
    assert_eq!(project.run(&["lint"]).status, Some(1));
    project.run(&["lint", "--fail-on", "error"]).succeeds();
}

#[test]
fn a_draft_is_looked_at_as_the_next_migration() {
    let project = project();
    project.write("draft.sql", "ALTER TABLE orders ALTER note TYPE varchar(40), ALTER id TYPE int;\n");
    let json = project.run(&["lint", "draft.sql", "--format", "json"]).json();
    let rules: Vec<&str> = json["findings"].as_array().unwrap().iter().filter_map(|it| it["rule"].as_str()).collect();
    assert_eq!(rules, ["type-change-loses-statistics", "type-change-rewrites", "type-change-loses-statistics"]);
    assert_eq!(json["findings"][1]["file"], "draft.sql");
    assert_eq!((&json["findings"][1]["line"], &json["findings"][1]["column"]), (&1.into(), &49.into()));
    let mut child =
        project.command(&["lint", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"TRUNCATE orders;").unwrap();
    let output = child.wait_with_output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["findings"][0]["file"].as_str(), output.status.code()), (Some("<stdin>"), Some(1)));
}

#[test]
fn files_of_other_tools_need_no_folder_of_ours() {
    let project = Project::empty();
    project.write("migrations/20260101_a.sql", "CREATE TABLE a (b int);\n");
    project.write("migrations/20260102_b.sql", "ALTER TABLE a ALTER b TYPE bigint;\n");
    let outcome = project.run(&["lint", "migrations/20260101_a.sql", "migrations/20260102_b.sql", "--format", "github"]);
    assert_eq!(outcome.status, Some(1), "{outcome}");
    let first = outcome.stdout.lines().next().unwrap_or_default();
    assert!(first.starts_with("::error file=migrations/20260102_b.sql,line=1,col=15,title=type-change-rewrites::"), "{outcome}");
}

#[test]
fn sarif_has_what_its_schema_wants() {
    let project = project();
    project.write("migrations/003_gone.sql", "-- schemagen: allow truncate it is a cache\nTRUNCATE orders;\n");
    let log = project.run(&["lint", "--format", "sarif"]).json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "schemagen");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        assert!(
            rule["id"].is_string() && rule["shortDescription"]["text"].is_string() && rule["help"]["text"].is_string(),
            "{rule}"
        );
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["none", "note", "warning", "error"].contains(&level), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()), "{result}");
        assert!(result["message"]["text"].is_string());
        let location = &result["locations"][0]["physicalLocation"];
        assert!(location["artifactLocation"]["uri"].as_str().unwrap().starts_with("migrations/"), "{result}");
        assert!(
            location["region"]["startLine"].as_u64().unwrap() >= 1 && location["region"]["startColumn"].as_u64().unwrap() >= 1
        );
    }
    let allowed: Vec<&Value> = results.iter().filter(|it| it.get("suppressions").is_some()).collect();
    assert_eq!(allowed.len(), 1);
    assert_eq!(allowed[0]["suppressions"][0]["kind"], "inSource");
    assert_eq!(allowed[0]["suppressions"][0]["justification"], "it is a cache");
}

#[test]
fn the_policy_is_read_and_its_mistakes_are_told_with_a_suggestion() {
    let project = project();
    project.write(
        "schemagen.toml",
        "[policy.rules]\ndrop-index-blocks-table = \"error\"\ncreate-index-blocks-writes = { level = \"off\", paths = [\"migrations/002*\"] }\n",
    );
    let json = project.run(&["lint", "--format", "json"]).json();
    let found: Vec<(&str, &str)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| Some((it["rule"].as_str()?, it["level"].as_str()?)))
        .collect();
    assert_eq!(found, [("drop-index-blocks-table", "error")]);
    for (toml, words) in [
        (
            "[policy.rules]\ndrop-colum = \"off\"\n",
            ["there is no rule called drop-colum", "schemagen.toml:2:1", "did you mean drop-column?"],
        ),
        ("[policy.rules]\ndrop-column = \"of\"\n", ["unknown variant `of`", "schemagen.toml:2:15", "did you mean off?"]),
        (
            "[policy.rules]\ndrop-column = { level = \"off\", path = \"x\" }\n",
            ["unknown field `path`", "schemagen.toml:2:", "did you mean paths?"],
        ),
        ("[policy]\nfail_no = \"error\"\n", ["unknown field `fail_no`", "schemagen.toml:2:1", "did you mean fail_on?"]),
        (
            "[policy]\nfail_on = \"always\"\n",
            ["unknown variant `always`", "schemagen.toml:2:11", "the values here are error, warning, info, never"],
        ),
        ("[policy.rules]\ndrop-column = 3\n", ["expected a level such as \"warning\"", "schemagen.toml:2:15", ""]),
    ] {
        project.write("schemagen.toml", toml);
        project.refuses(&["lint"], 1, &words);
    }
}

#[test]
fn a_rule_is_explained() {
    let project = Project::empty();
    let list = project.run(&["explain"]).succeeds();
    assert!(list.stdout.lines().any(|it| it.starts_with("error    set-not-null-scans ")), "{list}");
    let page = project.run(&["explain", "set-not-null-scans"]).succeeds();
    assert!(page.stdout.starts_with("set-not-null-scans\n\nSET NOT NULL reads every row"), "{page}");
    assert!(page.stdout.contains("\nUnsafe:\n") && page.stdout.contains("\nSafe:\n"), "{page}");
    let json = project.run(&["explain", "enforced-later", "--format", "json"]).succeeds().json();
    assert_eq!((&json["name"], &json["since"]), (&"enforced-later".into(), &18.into()));
    project.refuses(&["explain", "set-not-nul"], 64, &["did you mean set-not-null-scans?"]);
}

#[test]
fn the_gate_for_ci_looks_at_what_was_written_by_hand() {
    let project =
        Project::new().declaring("CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE INDEX orders_idx ON orders (id);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["new", "empty", "orders"]).succeeds();
    project.write("migrations/002_empty_orders.sql", "-- Migration 002: Empty orders\n\nTRUNCATE orders;\n");
    project.write("migrations/rollbacks/002_rollback.sql", "-- Rollback of migration 002: Empty orders\n\nSELECT 1;\n");
    let outcome = project.run(&["check"]);
    assert_eq!(outcome.status, Some(1), "{outcome}");
    let told =
        "error: migrations/002_empty_orders.sql:3: all rows of orders are gone, and no rollback brings them back [truncate]";
    assert!(outcome.stdout.contains(told), "{outcome}");
    assert!(!outcome.stdout.contains("[create-index-blocks-writes]"), "{outcome}");
    let allowed = "-- Migration 002: Empty orders\n\n-- schemagen: allow truncate they are drafts\nTRUNCATE orders;\n";
    project.write("migrations/002_empty_orders.sql", allowed);
    project.run(&["check"]).succeeds();
}
