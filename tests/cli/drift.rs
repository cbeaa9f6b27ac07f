//! `apply` verifies where it led, and `status` shows when somebody else changed the database.

use crate::support::live::Live;
use crate::support::project::Project;

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text, email text);\n";

fn applied() -> (Live, Project) {
    let live = Live::new();
    let project = live.project().declaring(USERS);
    project.run(&["diff"]).succeeds();
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Verified: the database is in the state of 001"), "{outcome}");
    assert!(!outcome.stderr.contains("warning"), "{outcome}");
    (live, project)
}

/// The field `drift`, and how `--exit-code` ends.
fn drift(project: &Project) -> (Option<bool>, Option<i32>) {
    let outcome = project.run(&["status", "--exit-code", "--format", "json"]);
    (outcome.json()["drift"].as_bool(), outcome.status)
}

#[test]
fn status_tells_pending_from_drift() {
    let (live, project) = applied();
    assert_eq!(drift(&project), (Some(false), Some(0)));
    live.run("ALTER TABLE users ADD by_hand integer");
    assert_eq!(drift(&project), (Some(true), Some(2)));
    let text = project.run(&["status"]).succeeds();
    assert!(text.stdout.contains("drift: the database is not in the state of 001\n  + column public.users.by_hand\n"), "{text}");
    live.run("ALTER TABLE users DROP by_hand");
    assert_eq!(drift(&project), (Some(false), Some(0)));
    live.run("DROP TABLE users");
    assert_eq!(drift(&project), (Some(true), Some(2)), "what is missing is drift too");
    live.run(USERS);
    project.run(&["new", "later"]).succeeds();
    assert_eq!(drift(&project), (Some(false), Some(2)), "pending is no drift");
    project.run(&["status"]).succeeds();
}

#[test]
fn neither_the_order_of_columns_nor_rows_nor_the_history_are_drift() {
    let (live, project) = applied();
    live.run("ALTER TABLE users DROP name; ALTER TABLE users ADD name text; INSERT INTO users VALUES (1); ANALYZE");
    assert_eq!(drift(&project), (Some(false), Some(0)));
}

#[test]
fn apply_warns_of_drift_before_and_after() {
    let (live, project) = applied();
    live.run("CREATE INDEX by_hand ON users (name)");
    project.write("schema/schema.sql", &USERS.replace("email text", "email text, age integer"));
    // The migration is made where nothing is known of the index.
    project.run(&["diff", "--database-url", &other_database(&project)]).succeeds();
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("warning: before 002: the database is not in the state of 001"), "{outcome}");
    assert!(outcome.stderr.contains("warning: after 002: the database is not in the state of 002"), "{outcome}");
    assert_eq!(outcome.stderr.matches("\n  + index public.by_hand\n").count(), 1, "said once: {outcome}");
    assert!(!outcome.stderr.contains("Verified"), "{outcome}");
    assert_eq!(drift(&project), (Some(true), Some(2)), "applying does not make drift unseen");
    live.run("DROP INDEX by_hand");
    assert_eq!(drift(&project), (Some(false), Some(0)));
    let json = project.run(&["apply", "--yes", "--format", "json"]).succeeds().json();
    assert_eq!(json["verified"], serde_json::Value::Null, "nothing was applied: {json}");
}

/// A second database in the state of migration 001. It outlives the test as its server does.
fn other_database(project: &Project) -> String {
    let other = std::mem::ManuallyDrop::new(Live::new());
    project.run(&["apply", "--yes", "--database-url", &other.url()]).succeeds();
    other.url()
}

#[test]
fn a_migration_by_hand_is_remembered_by_what_it_made() {
    let (live, project) = applied();
    project.run(&["new", "add things"]).succeeds();
    project.write("migrations/002_add_things.sql", "CREATE TABLE things (id int);\n");
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Not verified: no file says what the state of 002 is"), "{outcome}");
    assert_eq!(drift(&project), (Some(false), Some(0)));
    live.run("DROP TABLE things");
    assert_eq!(drift(&project), (Some(true), Some(2)));
    // Where something else had a part in it, what is there is not taken for what should be.
    project.run(&["new", "more things"]).succeeds();
    project.write("migrations/003_more_things.sql", "CREATE TABLE more_things (id int);\n");
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("warning: before 003: the database is not in the state of 002"), "{outcome}");
    assert_eq!(drift(&project).0, None);
}

#[test]
fn the_schema_of_the_history_is_neither_drift_nor_a_change() {
    let live = Live::new();
    let project = live.project().declaring(USERS);
    project.write("schemagen.toml", "[history]\ntable = \"ops.applied\"\n");
    project.run(&["diff"]).succeeds();
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Verified"), "{outcome}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM ops.applied"), 1);
    project.run(&["diff", "--exit-code"]).succeeds();
    assert_eq!(drift(&project), (Some(false), Some(0)));
    // What somebody puts there is no secret.
    live.run("CREATE TABLE ops.by_hand (id int)");
    assert_eq!(drift(&project), (Some(true), Some(2)));
    let outcome = project.run(&["diff", "--dry-run", "--on-drop", "drop"]).succeeds();
    assert!(outcome.stdout.contains("DROP TABLE ops.by_hand") && !outcome.stdout.contains("DROP SCHEMA"), "{outcome}");
    live.run("DROP TABLE ops.by_hand");
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM ops.applied"), 0);
}

#[test]
fn reading_the_state_leaves_the_session_as_it_was() {
    let (live, project) = applied();
    live.run("CREATE TABLE seen (path text, memory text)");
    let seen = "INSERT INTO seen VALUES (current_setting('search_path'), current_setting('work_mem'));\n";
    project.write("migrations/002_look.sql", seen);
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<String>("SELECT path FROM seen"), "\"$user\", public");
    assert_eq!(live.value::<String>("SELECT memory FROM seen"), "4MB");
}

#[test]
fn what_was_recorded_in_another_way_is_not_called_drift() {
    let (live, project) = applied();
    live.run("UPDATE schema_migrations SET fingerprint = 'abcdef-' || split_part(fingerprint, '-', 2)");
    assert_eq!(drift(&project), (None, Some(0)));
    let text = project.run(&["status"]).succeeds();
    assert!(text.stdout.contains("drift unknown: the state of 001 was recorded for another version"), "{text}");
}

#[test]
fn programs_hear_whether_it_was_verified() {
    let live = Live::new();
    let project = live.project().declaring(USERS);
    project.run(&["diff"]).succeeds();
    live.run("CREATE TABLE by_hand (id int)");
    let json = project.run(&["apply", "--yes", "--format", "json"]).succeeds().json();
    assert_eq!((&json["verified"], &json["applied"][0]["version"]), (&false.into(), &"001".into()));
    live.run("DROP TABLE by_hand");
    project.run(&["rollback", "--yes"]).succeeds();
    let json = project.run(&["apply", "--yes", "--format", "json"]).succeeds().json();
    assert_eq!(json["verified"], true);
}

#[test]
fn what_was_made_by_hand_is_not_taken_for_the_migrations() {
    let live = Live::new();
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring("CREATE TABLE t (a int);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let project = project.declaring("CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\n");
    project.run(&["diff"]).succeeds();
    live.run("CREATE INDEX i ON t (a)");
    live.run("CREATE INDEX j ON t (a)");
    let failed = project.run(&["apply", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("a rollback would take it away too"), "{failed}");
    live.run("DROP INDEX i, j");
    project.run(&["apply", "--yes"]).succeeds();
    // And what is gone is said of the pending migration that needs it.
    let project = project.declaring("CREATE TABLE t (a int, b int);\nCREATE INDEX i ON t (a);\n");
    project.run(&["diff"]).succeeds();
    live.run("ALTER TABLE t ADD b int, ADD c int");
    let failed = project.run(&["diff"]);
    assert!(failed.stderr.contains("something else has changed the live schema"), "{failed}");
}

/// What `status` says that differs.
fn differing(project: &Project) -> Vec<String> {
    let text = project.run(&["status"]).succeeds();
    let lines = text.stdout.lines().skip_while(|it| !it.starts_with("drift: ")).skip(1);
    lines.map(|it| it.trim_start().to_owned()).collect()
}

#[test]
fn status_says_what_differs_object_by_object() {
    let live = Live::new();
    live.role("drift_reader", "");
    let project = live.project().declaring(
        "CREATE TABLE t (a int PRIMARY KEY, b text);\nCREATE INDEX t_b ON t (b);\nCREATE VIEW v AS SELECT a FROM t;\n\
         CREATE FUNCTION f(i int) RETURNS int LANGUAGE sql AS 'SELECT i + 1';\n",
    );
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "DROP INDEX t_b; ALTER TABLE t ALTER b TYPE varchar(5); CREATE TABLE by_hand (x int PRIMARY KEY, y text); \
         CREATE OR REPLACE FUNCTION f(i int) RETURNS int LANGUAGE sql AS 'SELECT i + 2'; COMMENT ON VIEW v IS 'hello'; \
         ALTER VIEW v OWNER TO drift_reader",
    );
    let expected = [
        "+ table public.by_hand",
        "~ function public.f(integer): source is SELECT i + 2, not SELECT i + 1",
        "~ column public.t.b: type is character varying(5), not text",
        "- index public.t_b",
        "+ comment of view public.v",
        "~ owner of view public.v: role is drift_reader, not cli_owner",
    ];
    assert_eq!(differing(&project), expected);
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert_eq!(json["differences"][0]["change"], "added", "{json}");
    let property = serde_json::json!({"name": "type", "is": "character varying(5)", "should_be": "text"});
    assert_eq!(json["differences"][2]["properties"][0], property, "{json}");
    assert_eq!(json.get("differences_note"), None, "{json}");
    let health = project.run(&["health"]);
    assert!(health.stdout.contains("schemagen status says what differs"), "{health}");
}

#[test]
fn many_differences_are_cut_for_people_and_whole_for_programs() {
    let (live, project) = applied();
    live.run(
        "DO $$ BEGIN FOR i IN 1..25 LOOP \
        EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; END $$",
    );
    let lines = differing(&project);
    assert_eq!((lines.len(), lines[20].as_str()), (21, "and 5 more: --format json lists all"), "{lines:?}");
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert_eq!(json["differences"].as_array().map(Vec::len), Some(25));
}

#[test]
fn where_migrations_cannot_be_replayed_drift_is_said_all_the_same() {
    let (live, project) = applied();
    live.run("ALTER TABLE users ADD by_hand integer");
    let project = project.with("SCHEMAGEN_PG_BIN_DIR", "/nowhere");
    let lines = differing(&project);
    assert!(lines.len() == 1 && lines[0].starts_with("note: what differs cannot be told here: there is no PostgreSQL server in"));
    assert_eq!(drift(&project), (Some(true), Some(2)));
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert!(json["differences"].is_null() && json["differences_note"].is_string(), "{json}");
    std::fs::remove_file(project.at("migrations/001_create_table_users.sql")).expect("it is there");
    assert!(differing(&project)[0].contains("migration 001 has no file to replay; bring it back from git"));
}

#[test]
fn an_edited_migration_is_no_proof_of_who_changed_what() {
    let (live, project) = applied();
    let file = "migrations/001_create_table_users.sql";
    project.write(file, &project.read(file).replace("email text", "email varchar(9)"));
    live.run("ALTER TABLE users ADD by_hand integer");
    let lines = differing(&project);
    assert_eq!(
        lines[..2],
        ["+ column public.users.by_hand", "~ column public.users.email: type is text, not character varying(9)"]
    );
    assert!(lines[2].starts_with("note: the migrations, replayed here, do not give exactly what was recorded"), "{lines:?}");
}

#[test]
fn another_role_that_looks_is_no_drift() {
    let (live, project) = applied();
    live.role("drift_on_call", "LOGIN");
    live.role("drift_other", "");
    live.run("GRANT SELECT ON schema_migrations TO drift_on_call");
    let project = project.with("DATABASE_URL", &live.url_of("drift_on_call"));
    assert_eq!(drift(&project), (Some(false), Some(0)));
    live.run("ALTER TABLE users OWNER TO drift_other");
    assert_eq!(differing(&project), ["~ owner of table public.users: role is drift_other, not cli_owner"]);
}

#[test]
fn a_rollback_is_verified_too() {
    let (live, project) = applied();
    project.write("schema/schema.sql", &USERS.replace("email text", "email text, age integer"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("Verified: the database is in the state of 001"), "{outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    live.run("CREATE TABLE by_hand (id int)");
    let json = project.run(&["rollback", "--yes", "--format", "json"]).succeeds().json();
    assert_eq!((&json["verified"], &json["differences"][0]["object"]), (&false.into(), &"table public.by_hand".into()), "{json}");
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    let warning =
        "warning: after the rollback: the database is not in the state before the first migration\n  + table public.by_hand\n";
    assert!(outcome.stderr.contains(warning), "{outcome}");
}
