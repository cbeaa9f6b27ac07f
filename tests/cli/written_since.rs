//! What was written since a migration into what it added: its rollback keeps it and says where.

use serde_json::Value;

use crate::support::live::Live;

const BEFORE: &str = "CREATE TABLE t (id int PRIMARY KEY, v text);\nCREATE TABLE loose (a int, v text);\n";

const AFTER: &str =
    "CREATE TABLE t (id int PRIMARY KEY, v text, note text, mark int NOT NULL DEFAULT 7, name text DEFAULT 'it''s');
CREATE TABLE loose (a int, v text, extra jsonb);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE fresh (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, mood mood);
CREATE TABLE parts (at date) PARTITION BY RANGE (at);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
CREATE TABLE empty (id int);
";

/// The tables of the archive, without their times.
const KEPT: &str = "SELECT coalesce(jsonb_agg(split_part(relname, '@', 1) ORDER BY relname), '[]') FROM pg_class \
    WHERE relnamespace = to_regnamespace('schemagen_archive') AND relkind = 'r'";

/// The rows of the archive whose name begins so.
fn rows(live: &Live, name: &str) -> Value {
    let table: String = live.value(&format!(
        "SELECT format('schemagen_archive.%I', relname) FROM pg_class WHERE relname LIKE '{name}@%' ORDER BY relname DESC LIMIT 1"
    ));
    live.value(&format!("SELECT jsonb_agg(k) FROM {table} k"))
}

#[test]
fn a_rollback_keeps_what_was_written_into_what_it_takes_away() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 10) i; INSERT INTO loose VALUES (1, 'x'), (1, 'x')");
    project.write("schema/schema.sql", AFTER);
    project.run(&["diff", "--name", "more"]).succeeds();
    let log = project.read("migrations/logs/002_more.md");
    assert!(log.contains("**Rollback**: exact") && log.contains("Nothing that was stored is lost by rolling back"), "{log}");
    assert!(log.contains("Keep what was written into table `public.fresh` in the schema `schemagen_archive`"), "{log}");

    // Nothing written, nothing kept.
    project.run(&["apply", "--yes"]).succeeds();
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert!(!outcome.stderr.contains("Kept:"), "{outcome}");
    assert_eq!(live.value::<Value>(KEPT), serde_json::json!([]));

    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "UPDATE t SET note = 'written' WHERE id = 3; UPDATE t SET mark = 8 WHERE id = 4; UPDATE t SET name = NULL WHERE id = 5; \
         UPDATE loose SET extra = '[1]' WHERE ctid = '(0,1)'; INSERT INTO fresh (name, mood) VALUES ('Zoë', 'glad'); \
         INSERT INTO parts VALUES ('2024-02-03')",
    );
    let outcome = project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(outcome.stderr.matches("Kept: ").count(), 4, "{outcome}");
    assert_eq!(
        live.value::<Value>(KEPT),
        serde_json::json!(["002_public.fresh", "002_public.loose", "002_public.parts", "002_public.t"])
    );
    assert_eq!(
        rows(&live, "002_public.t"),
        serde_json::json!([
            { "id": 3, "note": "written", "mark": 7, "name": "it's" },
            { "id": 4, "note": null, "mark": 8, "name": "it's" },
            { "id": 5, "note": null, "mark": 7, "name": null },
        ])
    );
    assert_eq!(rows(&live, "002_public.fresh"), serde_json::json!([{ "id": 1, "name": "Zoë", "mood": "glad" }]));
    assert_eq!(rows(&live, "002_public.parts"), serde_json::json!([{ "at": "2024-02-03" }]));
    assert_eq!(rows(&live, "002_public.loose")[0]["extra"], serde_json::json!([1]));
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t"), 10);

    // Applied again, and once more rolled back: both are kept, and purged when their time has come.
    let outcome = project.run(&["apply", "--yes"]).succeeds();
    assert!(outcome.stderr.contains("holds what was written before 002 was rolled back"), "{outcome}");
    live.run("UPDATE t SET note = 'again'; SELECT pg_sleep(1.1)");
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(rows(&live, "002_public.t").as_array().map(Vec::len), Some(10));
    let young = project.run(&["purge", "--older-than", "1h", "--yes"]).succeeds();
    assert_eq!(young.stdout, "", "{young}");
    let purged = project.run(&["purge", "--yes"]).succeeds();
    assert!(purged.stdout.contains("002_public.fresh@"), "{purged}");
    assert_eq!(live.value::<Value>(KEPT), serde_json::json!([]));
}

#[test]
fn a_rollback_keeps_nothing_where_what_is_dropped_is_lost_by_your_word() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.write("schema/schema.sql", AFTER);
    project.run(&["diff", "--name", "more", "--on-drop", "drop"]).succeeds();
    let log = project.read("migrations/logs/002_more.md");
    assert!(log.contains("every row of public.fresh (stored since the migration)"), "{log}");
    assert!(!project.read("migrations/rollbacks/002_rollback.sql").contains("schemagen_archive"));
}

#[test]
fn the_rollback_of_a_label_stops_on_rows_that_have_it_and_the_log_says_so() {
    let live = Live::new();
    let before = "CREATE TYPE mood AS ENUM ('sad', 'glad');\nCREATE TABLE t (id int PRIMARY KEY, mood mood);\n";
    let project = live.project().declaring(before);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.write("schema/schema.sql", &before.replace("'glad'", "'glad', 'calm'"));
    project.run(&["diff", "--name", "calm"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1, 'sad'), (2, 'calm')");
    let log = project.read("migrations/logs/002_calm.md");
    assert!(log.contains("calm") && log.contains("stops"), "{log}");
    let outcome = project.run(&["rollback", "--yes"]);
    assert_eq!(outcome.status, Some(1), "{outcome}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE mood = 'calm'"), 1);
}

#[test]
fn what_stopped_half_way_is_undone_where_a_column_has_not_come() {
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t VALUES (1, 'a')");
    project.write("schema/schema.sql", &AFTER.replace("note text,", "note text UNIQUE,"));
    project.run(&["diff", "--name", "more"]).succeeds();
    let rollback = project.read("migrations/rollbacks/002_rollback.sql");
    assert!(rollback.contains("attname IN ("), "{rollback}");
    // As it is before anything of the migration was done, and when one of the tables is there.
    for done in ["SELECT 1", "CREATE TABLE fresh (id bigint, name text, mood text); INSERT INTO fresh VALUES (1, 'x', 'y')"] {
        live.run(done);
        live.run(&rollback);
    }
    assert_eq!(live.value::<Value>(KEPT), serde_json::json!(["002_public.fresh"]));
}

#[test]
fn nobody_writes_between_the_copy_and_the_end_where_statements_are_committed_one_by_one() {
    let live = Live::new();
    let project = live
        .project()
        .with("SCHEMAGEN_ASSUME_LARGE", "1")
        .declaring("CREATE TABLE t (id int PRIMARY KEY, v text);\nCREATE INDEX t_v ON t (v);");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 3) i");
    project.write("schema/schema.sql", "CREATE TABLE t (id int PRIMARY KEY, note text, mark int);");
    project.run(&["diff", "--name", "note", "--renames", "off"]).succeeds();
    let rollback = project.read("migrations/rollbacks/003_rollback.sql");
    assert!(
        rollback.contains("-- schemagen: no-transaction") && rollback.contains("    ALTER TABLE public.t DROP COLUMN"),
        "{rollback}"
    );
    project.run(&["apply", "--yes"]).succeeds();
    // A writer whom the rollback waits for, and one who waits behind it.
    let write = |id: u8, before: &str| format!("{before}UPDATE t SET note = 'note {id}', mark = {id} WHERE id = {id}");
    let refused = std::thread::scope(|threads| {
        threads.spawn(|| live.run(&format!("BEGIN; {}; SELECT pg_sleep(1.5); COMMIT", write(1, ""))));
        std::thread::sleep(std::time::Duration::from_millis(300));
        let behind = threads.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(700));
            let told = "DO $do$ BEGIN {}; EXCEPTION WHEN undefined_column THEN CREATE TABLE refused (); END $do$";
            live.run(&told.replace("{}", &write(2, "")));
        });
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        behind.join().expect("the writer comes to an end");
        live.value::<bool>("SELECT to_regclass('refused') IS NOT NULL")
    });
    let kept: i64 = live.value("SELECT count(*) FROM pg_class WHERE relname LIKE '00%_public.t@%'");
    assert_eq!(kept, 1);
    assert!(refused || rows(&live, "003_public.t").as_array().map(Vec::len) == Some(2), "what was written second is lost");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM t WHERE v = 'v'"), 3);
    assert_eq!(rows(&live, "003_public.t")[0], serde_json::json!({ "id": 1, "note": "note 1", "mark": 1 }));
}
