//! The whole round on a live database: diff, apply, status, rollback, and the start from a database that exists.

use crate::support::live::Live;
use crate::support::project::Project;

const TABLES: &str = "SELECT coalesce(jsonb_agg(c.relname ORDER BY c.relname), '[]') FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND n.nspname = 'public'";

#[test]
fn diff_apply_status_rollback() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    project.run(&["diff"]).succeeds();
    let files = project.files();
    let again = project.run(&["diff", "--exit-code"]).succeeds();
    assert!(again.stderr.contains("No changes"), "what is pending is not repeated: {again}");
    assert_eq!(project.files(), files);
    assert_eq!(live.value::<Vec<String>>(TABLES), Vec::<String>::new(), "diff touches no database");

    project.write("schema/orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);\n");
    project.run(&["diff"]).succeeds();
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert_eq!((&json["counts"]["pending"], &json["counts"]["applied"]), (&2.into(), &serde_json::Value::Null));
    project.refuses(&["apply"], 4, &["no terminal", "schemagen apply --yes"]);
    let dry = project.run(&["apply", "--dry-run"]).succeeds();
    assert!(dry.stdout.contains("CREATE TABLE public.orders"), "{dry}");
    assert_eq!(live.value::<Vec<String>>(TABLES), Vec::<String>::new());

    let applied = project.run(&["apply", "--yes"]).succeeds();
    let lines: Vec<&str> = applied.stdout.lines().collect();
    assert!(lines[0].starts_with("applied 001 ") && lines[1].starts_with("applied 002 "), "{applied}");
    assert_eq!(live.value::<Vec<String>>(TABLES), ["orders", "schema_migrations", "users"]);
    project.run(&["diff", "--exit-code"]).succeeds();
    let nothing = project.run(&["apply", "--yes"]).succeeds();
    assert!(nothing.stderr.contains("no migration is pending") && nothing.stdout.is_empty(), "{nothing}");

    live.run("INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, 1)");
    let undone = project.run(&["rollback", "--steps", "1", "--yes"]).succeeds();
    assert!(undone.stdout.starts_with("rolled back 002 "), "{undone}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM users"), 1, "what the first migration made stays");
    project.refuses(&["rollback", "--to", "0"], 4, &["schemagen rollback --yes"]);
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(TABLES), ["schema_migrations"]);
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("2 pending"), "{status}");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(TABLES), ["orders", "schema_migrations", "users"]);
}

#[test]
fn a_project_starts_from_an_empty_database_too() {
    let live = Live::new();
    let project = Project::empty().with("DATABASE_URL", &live.url());
    let started = project.run(&["init", "--from-database"]).succeeds();
    assert!(started.stderr.contains("holds no schema"), "{started}");
    assert!(project.files().contains_key("schemagen.toml"), "{started}");
}

#[test]
fn a_project_starts_from_tables_that_are_older_than_default_privileges() {
    let live = Live::new();
    live.run(
        "CREATE TABLE old (id int); ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC; \
         CREATE TABLE new (id int); REVOKE ALL ON new FROM PUBLIC; CREATE TABLE newest (id int)",
    );
    let project = Project::empty().with("DATABASE_URL", &live.url());
    project.run(&["init", "--from-database"]).succeeds();
    assert!(project.read("schema/public/tables/old.sql").contains("REVOKE SELECT ON TABLE public.old FROM PUBLIC"));
    project.run(&["diff", "--exit-code"]).succeeds();
    project.run(&["check"]).succeeds();
}

#[test]
fn a_failing_migration_leaves_the_one_before_and_says_where() {
    let live = Live::new();
    let project = live.project();
    project.write("migrations/001_a.sql", "CREATE TABLE a (id int);\n");
    project.write("migrations/002_b.sql", "CREATE TABLE b (id int);\n\nALTER TABLE a\n    ADD COLUMN id int;\n");
    let outcome = project.run(&["apply", "--yes"]);
    assert_eq!(outcome.status, Some(1), "{outcome}");
    for it in [
        "column \"id\" of relation \"a\" already exists",
        "migrations/002_b.sql:3",
        "ALTER TABLE a",
        "rolled back",
        "failed: 002",
    ] {
        assert!(outcome.stderr.contains(it), "no {it:?} in\n{outcome}");
    }
    assert_eq!(live.value::<Vec<String>>(TABLES), ["a", "schema_migrations"]);
    let json = project.run(&["status", "--format", "json"]).succeeds().json();
    assert_eq!((&json["counts"]["pending"], &json["counts"]["applied"]), (&1.into(), &1.into()));
}

#[test]
fn what_is_dropped_comes_back_with_the_rollback() {
    const ALL: &str = "SELECT jsonb_build_object('gone', (SELECT jsonb_agg(g ORDER BY id) FROM gone g), 'keep', (SELECT jsonb_agg(k \
        ORDER BY id) FROM keep k), 'next', nextval('gone_id_seq'), 'lonely', nextval('lonely'))";
    let live = Live::new();
    let schema = "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE SEQUENCE lonely;\n\
        CREATE TABLE keep (id int PRIMARY KEY, note text NOT NULL, mood mood);\n\
        CREATE TABLE gone (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, keep int REFERENCES keep);\n";
    let project = live.project().declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO keep SELECT i, 'n' || i, 'sad' FROM generate_series(1, 1000) i");
    live.run("INSERT INTO gone (mood, keep) SELECT 'happy', i FROM generate_series(1, 1000) i; SELECT setval('lonely', 77)");
    let before = live.value::<serde_json::Value>(ALL);
    project.write("schema/schema.sql", "CREATE TABLE keep (id int PRIMARY KEY);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO keep VALUES (0); DELETE FROM keep WHERE id = 0");
    assert_eq!(live.value::<Vec<String>>(TABLES), ["keep", "schema_migrations"]);
    project.run(&["rollback", "--yes"]).succeeds();
    let after = live.value::<serde_json::Value>(ALL);
    assert_eq!((&after["gone"], &after["keep"]), (&before["gone"], &before["keep"]));
    assert_eq!((after["next"].as_i64(), after["lonely"].as_i64()), (Some(1002), Some(79)));
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_tables WHERE schemaname = 'schemagen_archive'"), 0);
    project.run(&["diff", "--exit-code"]).succeeds();
    // Purged, it does not come back.
    project.run(&["apply", "--yes"]).succeeds();
    let kept = project.run(&["purge", "--older-than", "1h", "--yes"]).succeeds();
    assert_eq!(kept.stdout, "", "{kept}");
    project.refuses(&["purge", "--older-than", "soon"], 1, &["no length of time", "30d"]);
    project.refuses(&["purge"], 4, &["schemagen purge --yes"]);
    let shown = project.run(&["purge", "--dry-run"]).succeeds();
    assert!(shown.stdout.contains("002_public.gone ("), "{shown}");
    project.run(&["purge", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_tables WHERE schemaname = 'schemagen_archive'"), 0);
    project.refuses(&["rollback", "--yes"], 1, &["null values"]);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM keep"), 1000);
}

#[test]
fn what_is_dropped_for_good_is_gone() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE keep (id int);\nCREATE TABLE gone (id int);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO gone VALUES (1)");
    project.write("schema/schema.sql", "CREATE TABLE keep (id int);\n");
    project.run(&["diff", "--on-drop", "drop"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<Vec<String>>(TABLES), ["keep", "schema_migrations"]);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM gone"), 0, "the table is back, its rows are lost as was said");
}

#[test]
fn a_project_starts_from_a_database_that_exists() {
    let live = Live::new();
    live.run(
        "CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE SCHEMA shop; CREATE TABLE shop.item (id bigint GENERATED ALWAYS AS IDENTITY \
         PRIMARY KEY, mood mood DEFAULT 'happy', price numeric(10, 2) CHECK (price > 0)); CREATE VIEW cheap AS SELECT id FROM shop.item \
         WHERE price < 5; CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2 * n; END'; \
         COMMENT ON TABLE shop.item IS 'what we sell'; COMMENT ON SCHEMA shop IS 'ours'; ALTER SCHEMA public OWNER TO pg_monitor; \
         INSERT INTO shop.item (price) VALUES (1)",
    );
    let project = Project::empty().with("DATABASE_URL", &live.url());
    let outcome = project.run(&["init", "--from-database"]).succeeds();
    let files = project.files();
    for it in ["schemagen.toml", "migrations/001_initial_schema.sql", "migrations/rollbacks/001_rollback.sql", "migrations/HEAD"]
    {
        assert!(files.contains_key(it), "no {it} in {:?}", files.keys());
    }
    assert!(files.iter().any(|(name, text)| name.starts_with("schema/") && text.contains("CREATE TABLE shop.item")), "{outcome}");
    project.run(&["diff", "--exit-code"]).succeeds();
    let schemas = project.read("schema/schemas.sql");
    assert!(
        schemas.contains("COMMENT ON SCHEMA shop") && schemas.contains("ALTER SCHEMA public OWNER TO pg_monitor"),
        "{schemas}"
    );
    project.run(&["diff", "--exit-code", "--database-url", ""]).succeeds();
    let status = project.run(&["status", "--exit-code"]).succeeds();
    assert!(status.stdout.contains("1 applied") && status.stdout.contains("no drift"), "{status}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM shop.item"), 1);

    // What was there before goes by name only.
    project.refuses(&["rollback", "--yes"], 3, &["recorded, not run", "--to 0", "nothing was changed"]);

    // The same migration makes an empty database the same.
    let copy = Live::new();
    let url = copy.url();
    let applied = project.run(&["apply", "--yes", "--database-url", &url]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    project.run(&["diff", "--exit-code", "--database-url", &url]).succeeds();

    project.refuses(&["init", "--from-database"], 1, &["is there already", "empty folder"]);
}

#[test]
fn the_owner_of_a_database_need_not_be_a_superuser() {
    let live = Live::new();
    live.role("cli_app", "LOGIN");
    // As before PostgreSQL 15, where the schema belongs to who made the cluster.
    let public = "ALTER SCHEMA public OWNER TO cli_owner;\nGRANT ALL ON SCHEMA public TO cli_app;\n";
    live.run(public);
    live.run("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO cli_app', current_database()); END $$");
    let project = Project::new().with("DATABASE_URL", &live.url_of("cli_app")).declaring(&format!(
        "{public}CREATE SCHEMA cli_app;\nCREATE TABLE cli_app.cli_app (id bigint GENERATED ALWAYS AS IDENTITY, cli_app text DEFAULT 'cli_app');\n\
         CREATE VIEW v AS SELECT id FROM cli_app.cli_app;\nGRANT SELECT ON v TO PUBLIC;\n\
         CREATE POLICY p ON cli_app.cli_app TO cli_app USING (true);\n\
         ALTER DEFAULT PRIVILEGES IN SCHEMA cli_app GRANT SELECT ON TABLES TO PUBLIC;\n",
    ));
    project.run(&["diff"]).succeeds();
    let migration = project.files().into_iter().find(|it| it.0.starts_with("migrations/001")).expect("a migration").1;
    assert!(!migration.contains("OWNER TO") && !migration.contains("FOR ROLE"), "who runs it need not be named: {migration}");
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    project.run(&["diff", "--exit-code"]).succeeds();

    // Where another role applies it the schema is the same, though the owner is not.
    let other = Live::new();
    other.run(public);
    let applied = project.run(&["apply", "--yes", "--database-url", &other.url()]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    project.run(&["rollback", "--yes"]).succeeds();
}

#[test]
fn what_a_role_may_not_see_is_no_difference() {
    let live = Live::new();
    live.role("cli_seer", "LOGIN");
    live.run("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO cli_seer', current_database()); END $$");
    live.run("GRANT CREATE ON SCHEMA public TO cli_seer");
    let secrets = "CREATE TABLE t (a int);\nCREATE PUBLICATION p FOR TABLE t;\nCREATE FOREIGN DATA WRAPPER w;\nCREATE SERVER s FOREIGN DATA WRAPPER w;\n\
         CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'hidden');\n\
         CREATE SUBSCRIPTION cli_seen CONNECTION 'host=nowhere password=hidden' PUBLICATION p WITH (connect = false, slot_name = NONE);\n";
    let grants = "GRANT CREATE ON SCHEMA public TO cli_seer;\n";
    let project = live.project().declaring(&format!("{secrets}{grants}"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("ALTER TABLE schema_migrations OWNER TO cli_seer; ALTER TABLE t OWNER TO cli_seer");
    let other = project.with("DATABASE_URL", &live.url_of("cli_seer"));
    let toml = "[ignore]\nowners = true\n";
    other.write("schemagen.toml", toml);
    other.run(&["diff", "--exit-code"]).succeeds();
    let other = other.declaring(&format!("{secrets}{grants}").replace("a int", "a int, b int"));
    other.run(&["diff"]).succeeds();
    let applied = other.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified"), "{applied}");
    assert!(other.files().iter().all(|it| it.0.starts_with("schema/") || it.0.contains("001") || !it.1.contains("hidden")));
    // Who sees them finds the same state.
    let status = other.run(&["status", "--exit-code", "--database-url", &live.url()]).succeeds();
    assert!(status.stdout.contains("no drift"), "{status}");
    live.run("DROP SUBSCRIPTION cli_seen");
}

#[test]
fn privileges_that_could_not_be_given_are_told() {
    let live = Live::new();
    live.role("cli_giver", "LOGIN");
    live.run("GRANT CREATE ON SCHEMA public TO cli_giver; CREATE TABLE t (a int); GRANT SELECT ON t TO cli_giver");
    let project = live.project().with("DATABASE_URL", &live.url_of("cli_giver"));
    project.write("migrations/001_x.sql", "-- Migration 001: x\nGRANT SELECT ON t TO cli_giver;\n");
    let applied = project.run(&["apply", "--yes"]).succeeds();
    let told = "warning: migrations/001_x.sql:2: the server warns: no privileges were granted";
    assert!(applied.stderr.contains(told), "{applied}");
}

#[test]
fn what_is_there_already_can_be_written_down() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE t (a int);\n");
    project.run(&["diff"]).succeeds();
    live.run("CREATE TABLE t (a int)");
    live.run("CREATE TABLE something_else (a int)");
    let failed = project.run(&["apply", "--yes"]);
    let insert = failed.stderr.lines().find_map(|it| it.trim().strip_prefix("INSERT INTO")).expect("a statement");
    live.run("CREATE TABLE schema_migrations (version varchar(20) PRIMARY KEY, applied_at timestamp DEFAULT now(), description text, checksum text)");
    live.run(&format!("INSERT INTO{insert}"));
    live.run("DROP TABLE something_else");
    let status = project.run(&["status", "--exit-code"]).succeeds();
    assert!(status.stdout.contains("1 applied"), "{status}");
}

#[test]
fn rows_that_row_security_hides_from_the_owner_are_not_lost() {
    let live = Live::new();
    live.role("cli_hidden", "LOGIN");
    live.run("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO cli_hidden', current_database()); END $$");
    let rights = "GRANT CREATE ON SCHEMA public TO cli_hidden;\n";
    live.run(rights);
    let secured = "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY p ON t USING (a = 1);\n";
    let declared = |columns: &str| format!("{rights}CREATE TABLE t ({columns});\n{secured}");
    let project = live.project().with("DATABASE_URL", &live.url_of("cli_hidden"));
    let project = project.declaring(&declared("a int PRIMARY KEY, b text"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1, 'seen'), (2, 'hidden')");
    let project = project.declaring(&declared("a int PRIMARY KEY"));
    project.run(&["diff"]).succeeds();
    let is_script = |name: &str| name.contains("/002_") && name.ends_with(".sql");
    let scripts: Vec<(String, String)> = project.files().into_iter().filter(|it| is_script(&it.0)).collect();
    assert_eq!(scripts.len(), 2, "a migration and its rollback");
    for (name, text) in scripts {
        assert!(text.contains("SET LOCAL row_security = off;"), "{name}, whoever runs it: {text}");
    }
    let refused = project.run(&["apply", "--yes"]);
    assert!(refused.status == Some(1) && refused.stderr.contains("BYPASSRLS"), "{refused}");
    assert_eq!(live.value::<i64>("SELECT count(b) FROM t"), 2);
    project.run(&["apply", "--yes", "--database-url", &live.url()]).succeeds();
    let refused = project.run(&["rollback", "--yes"]);
    assert!(refused.status == Some(1) && refused.stderr.contains("nothing was changed"), "{refused}");
    project.run(&["rollback", "--yes", "--database-url", &live.url()]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(b) FROM t"), 2);
}
