//! With `--format json` there is always one JSON document on standard output: where a run fails before it has a result, it is the error.

use crate::support::live::Live;
use crate::support::project::Project;

/// The error that is the whole of a run's result, and how it ended.
fn error(project: &Project, arguments: &[&str]) -> (serde_json::Value, Option<i32>) {
    let outcome = project.run(arguments);
    assert!(outcome.stderr.contains("error"), "people read it too: {outcome}");
    (outcome.json()["error"].clone(), outcome.status)
}

#[test]
fn an_error_before_the_work_begins_is_json_too() {
    let project = Project::new();
    let (told, status) = error(&project, &["status", "--format", "json"]);
    assert_eq!((told["message"].as_str(), told["exit"].as_i64(), status), (Some("no database is given"), Some(1), Some(1)));
    assert!(told["help"].as_str().is_some_and(|it| it.contains("--database-url")), "{told}");
    let nowhere = "postgres://nobody:hunter2@127.0.0.1:1/x";
    let (told, _) = error(&project, &["apply", "--format=json", "--database-url", nowhere]);
    assert!(told["message"].as_str().is_some_and(|it| it.contains("127.0.0.1")), "{told}");
    assert!(!told.to_string().contains("hunter2"), "{told}");
    project.write("schemagen.toml", "[shadow]\nmiror = \"x\"\n");
    let (told, _) = error(&project, &["diff", "--format", "json"]);
    assert_eq!((told["place"]["line"].as_i64(), told["help"].as_str()), (Some(2), Some("did you mean mirror?")));
}

#[test]
fn a_wrong_command_line_is_json_too() {
    let project = Project::new();
    for arguments in [["apply", "--format", "json", "--to=x"], ["--format=json", "diff", "--max-risk", "none"]] {
        let (told, status) = error(&project, &arguments);
        assert_eq!((told["exit"].as_i64(), status), (Some(64), Some(64)), "{told}");
        assert!(told["message"].as_str().is_some_and(|it| it.starts_with("invalid value")), "{told}");
    }
    assert_eq!(project.run(&["apply", "--to=x"]).stdout, "");
    let (told, status) = error(&project, &["lint", "--format", "json", "nowhere.sql"]);
    assert!(status == Some(1) && told["message"].is_string(), "{told}");
}

#[test]
fn a_report_of_what_was_done_holds_what_it_stopped_with() {
    let live = Live::new();
    let project = live.project();
    project.write("migrations/001_a.sql", "CREATE TABLE a (id int);\n");
    project.write("migrations/002_b.sql", "SELECT 1;\n\nSELECT 1 / 0;\n");
    let outcome = project.run(&["apply", "--yes", "--format", "json"]);
    let json = outcome.json();
    assert_eq!((&json["applied"][0]["version"], &json["error"]["sqlstate"]), (&"001".into(), &"22012".into()), "{outcome}");
    assert_eq!(json["error"]["place"]["line"], 3, "{outcome}");
}
