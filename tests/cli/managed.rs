//! What is managed and what is left alone: `schemas` and `[ignore]` in schemagen.toml.

use crate::support::live::Live;
use crate::support::project::Project;

/// What another program looks after.
const AUTH: &str = "CREATE SCHEMA auth; CREATE TYPE auth.level AS ENUM ('low', 'high');
    CREATE TABLE auth.users (id uuid PRIMARY KEY, name text NOT NULL, level auth.level);
    CREATE TABLE auth.sessions (id int, user_id uuid REFERENCES auth.users);
    CREATE VIEW auth.names AS SELECT name FROM auth.users;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';";

const OURS: &str = "CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, note text);
    CREATE VIEW public.people AS SELECT id, name, level FROM auth.users;
    CREATE FUNCTION public.me() RETURNS text LANGUAGE sql AS 'SELECT name FROM auth.users WHERE id = auth.uid()';\n";

fn project(live: &Live, toml: &str) -> Project {
    let project = live.project();
    project.write("schemagen.toml", toml);
    project
}

#[test]
fn schemas_of_others_are_stood_on_and_left_alone() {
    let live = Live::new();
    live.run(AUTH);
    let project = project(&live, "schemas = [\"public\", \"app_*\"]\n").declaring(OURS);
    let outcome = project.run(&["diff"]).succeeds();
    let note = "1 enum type, 1 function, 1 schema, 2 tables, 1 view are left alone (schemas)";
    assert!(outcome.stderr.contains(note), "{outcome}");
    let files = project.files();
    let migration = files.iter().find(|it| it.0.starts_with("migrations/001_")).map(|it| it.1.clone()).unwrap_or_default();
    assert!(migration.contains("REFERENCES auth.users") && !migration.contains("CREATE TABLE auth."), "{migration}");
    assert!(!migration.contains("DROP "), "{migration}");
    project.run(&["apply", "--yes"]).succeeds();
    let again = project.run(&["diff", "--exit-code"]).succeeds();
    assert!(again.stderr.contains("No changes") && again.stderr.contains(note), "{again}");

    // A change beside them, when what is live needs them already.
    project.write("schema/schema.sql", &OURS.replace("note text", "note text, age int"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_class WHERE relnamespace = 'auth'::regnamespace AND relkind = 'r'"), 2);
}

#[test]
fn what_the_folder_declares_of_schemas_of_others_counts_as_little() {
    let live = Live::new();
    live.run(AUTH);
    let own = "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, name text, level text);\n";
    let project =
        project(&live, "schemas = [\"public\"]\n").declaring(&format!("{own}CREATE TABLE a (id uuid REFERENCES auth.users);\n"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert!(project.run(&["diff", "--exit-code"]).succeeds().stderr.contains("No changes"));
}

#[test]
fn ignored_objects_are_stood_on_and_stand_in_the_way() {
    let live = Live::new();
    live.run(
        "CREATE TABLE legacy (id int PRIMARY KEY); CREATE TABLE kept (id int, a int); CREATE VIEW report AS SELECT a FROM kept",
    );
    let toml = "[ignore]\nobjects = [\"table:public.legacy\", \"view:public.report\"]\n";
    let ours = "CREATE TABLE kept (id int REFERENCES legacy, a int);\n";
    let project = project(&live, toml).declaring(ours);
    let outcome = project.run(&["diff"]).succeeds();
    assert!(outcome.stderr.contains("Note: 1 table, 1 view are left alone ([ignore])"), "{outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    // The view of others keeps the column from being dropped, there as here.
    project.write("schema/schema.sql", &ours.replace(", a int", ""));
    project.refuses(&["diff", "--on-drop", "drop"], 1, &["report", "depends"]);
}

#[test]
fn an_export_holds_what_is_managed() {
    let live = Live::new();
    live.run(&format!("{AUTH}{OURS}"));
    let project = Project::empty().with("DATABASE_URL", &live.url());
    project.write("schemagen.toml", "schemas = [\"public\"]\n");
    project.run(&["init", "--from-database"]).succeeds();
    let files = project.files();
    assert!(files.keys().any(|it| it.contains("profiles")) && !files.keys().any(|it| it.contains("sessions")), "{files:?}");
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn schemas_must_name_some_and_be_spelled() {
    let project = Project::new();
    project.write("schemagen.toml", "schemas = []\n");
    project.refuses(&["diff"], 1, &["schemas is empty"]);
    project.write("schemagen.toml", "shemas = [\"public\"]\n");
    project.refuses(&["diff"], 1, &["schemagen.toml:1", "did you mean schema"]);
}
