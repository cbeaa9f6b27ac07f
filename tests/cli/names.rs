//! Names that no program expects: they work all the way, and none of them ends up outside its quotes.

use crate::support::live::Live;
use crate::support::project::Project;

/// 63 bytes, the longest that PostgreSQL takes, of which most are letters of two.
fn longest() -> String {
    format!("{}x", "é".repeat(31))
}

fn schema() -> String {
    let long = longest();
    format!(
        r#"CREATE SCHEMA "my ""odd"" schema";
CREATE TYPE "my ""odd"" schema"."e num" AS ENUM ('it''s', 'new
line', 'back\slash', '');
CREATE TABLE "my ""odd"" schema"."t; DROP TABLE victim; --" (
    id bigint PRIMARY KEY,
    "new
line" text DEFAULT 'it''s \ a $$ -- default',
    "select" integer CONSTRAINT "check's" CHECK ("select" > 0),
    "$1 %s {{}} ${{x}}" text,
    "数据 — ünï" "my ""odd"" schema"."e num" DEFAULT 'new
line',
    "Upper" integer REFERENCES "my ""odd"" schema"."t; DROP TABLE victim; --"
);
CREATE INDEX "in.dex" ON "my ""odd"" schema"."t; DROP TABLE victim; --" ("new
line", lower("$1 %s {{}} ${{x}}"));
CREATE TABLE "{long}" ("{long}" text, "*/" text);
CREATE INDEX ON "{long}" ("{long}");
CREATE VIEW "v'iew" AS SELECT "{long}" AS "a ""b""" FROM "{long}";
CREATE FUNCTION "f(x)"("a b" integer) RETURNS integer LANGUAGE sql AS $$ SELECT "a b" + 1 $$;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "on
change" BEFORE UPDATE OF "{long}" ON "{long}" FOR EACH ROW EXECUTE FUNCTION touched();
COMMENT ON TABLE "{long}" IS 'two
lines -- and ''quotes''
; DROP TABLE victim;';
CREATE TABLE victim (id integer);
"#
    )
}

#[test]
fn hostile_names_work_through_diff_apply_and_rollback() {
    let live = Live::named("it's a \"live\" dätabase");
    let project = live.project().declaring(&schema());
    round(&live, &project);
    // Changes inside what is there.
    let long = longest();
    let changed = schema()
        .replace("\"*/\" text", "\"*/\" text NOT NULL, \"new \"\" one\n\" integer DEFAULT 1")
        .replace("'back\\slash', ''", "'back\\slash', '', '; --'")
        .replace("(\"select\" > 0)", "(\"select\" > 1)");
    project.write(
        "schema/schema.sql",
        &format!("{changed}CREATE UNIQUE INDEX \"{long}!\" ON victim (id);\n").replace("x!\"", "y\""),
    );
    round(&live, &project);
    let undone = project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert!(undone.stdout.contains("rolled back 002"), "{undone}");
    project.write("schema/schema.sql", &schema());
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert_eq!(json["drift"], false, "the rollback leads back: {json}");
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
    let left = "SELECT count(*) FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_|^info') \
        AND relname !~ 'schema_migrations'";
    assert_eq!(live.value::<i64>(left), 0);
}

/// From the folder to the database, and then nothing is left to do.
fn round(live: &Live, project: &Project) {
    project.run(&["diff"]).succeeds();
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["diff", "--exit-code", "--database-url", ""]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_class WHERE relname = 'victim'"), 1);
    for (name, text) in project.files() {
        let stem = name.rsplit('/').next().unwrap_or_default();
        assert!(stem.is_ascii() && !stem.contains(['\n', '"', '\'', ' ', ';']), "a file called {name:?}");
        let header: Vec<&str> = text.lines().take_while(|it| it.starts_with("--")).collect();
        assert!(!name.ends_with(".sql") || name.starts_with("schema") || header.len() >= 3, "{name} lost its header:\n{text}");
    }
}

#[test]
fn a_database_with_hostile_names_is_exported() {
    let live = Live::new();
    live.run(&schema());
    let project = Project::empty().with("DATABASE_URL", &live.url());
    project.run(&["init", "--from-database"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    let outside = project.files().into_keys().find(|it| it.contains(['\n', '"', '\'']) || it.contains(".."));
    assert_eq!(outside, None, "a file's name is made of plain words");
}

#[test]
fn roles_with_hostile_names_are_granted_to() {
    let live = Live::new();
    let role = "o'brien \"the\" rôle; --";
    live.role(role, "NOLOGIN");
    let schema = "CREATE TABLE t (id integer);\nGRANT SELECT ON t TO \"o'brien \"\"the\"\" rôle; --\";\n";
    let project = live.project().declaring(schema);
    project.run(&["diff"]).succeeds();
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    assert!(live.value::<bool>(&format!("SELECT has_table_privilege('{}', 't', 'SELECT')", role.replace('\'', "''"))));
    project.run(&["rollback", "--yes"]).succeeds();
}
