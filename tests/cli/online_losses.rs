//! What is lost or replaced together with what must be committed by itself: guards and copies stand in the file that needs them, and all
//! of it comes back.

use crate::support::live::Live;

const TABLES: &str = "CREATE TYPE state AS ENUM ('a', 'b', 'c');\n\
    CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2), v text, state state, note text);\n";
const ROWS: &str =
    "INSERT INTO t SELECT i, i + 0.55, 'v' || i, (enum_range(NULL::state))[1 + i % 3], 'n' || i FROM generate_series(1, 60) i";
const SUM: &str = "SELECT jsonb_build_array(count(*), sum(hashtextextended(ROW(id, n, v, state, note)::text, 0))) FROM t";

/// Goes from one schema to another, where every table is large, back, there and back again. The texts of the files.
fn there_and_back(more: &str, after: &str, large_index: &str) -> String {
    let live = Live::new();
    let project = live.project().declaring(&format!("{TABLES}{more}"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(ROWS);
    let before: serde_json::Value = live.value(SUM);
    project.write("schema/schema.sql", after);
    let project = project.with("SCHEMAGEN_ASSUME_LARGE", "1");
    project.run(&["diff", "--name", "up"]).succeeds();
    let files = project.files();
    let alone = files.iter().any(|it| it.0.starts_with("migrations/0") && it.1.contains("-- schemagen: no-transaction"));
    assert!(alone, "nothing is committed by itself: {:?}", files.keys());
    for _ in 0..2 {
        project.run(&["apply", "--yes"]).succeeds();
        project.run(&["diff", "--exit-code"]).succeeds();
        let valid = format!("SELECT indisvalid FROM pg_index WHERE indexrelid = '{large_index}'::regclass");
        assert!(live.value::<bool>(&valid));
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        assert_eq!(live.value::<serde_json::Value>(SUM), before, "{after}");
    }
    files.into_iter().filter(|it| it.0.ends_with(".sql")).map(|it| it.1).collect()
}

#[test]
fn columns_types_and_labels_go_beside_an_index_that_is_built_concurrently() {
    let texts = there_and_back(
        "",
        "-- schemagen: map 'c' to 'b'\nCREATE TYPE state AS ENUM ('a', 'b');\n\
         CREATE TABLE t (id int PRIMARY KEY,\n    -- schemagen: using round(n)\n    n int, v text NOT NULL, state state);\n\
         CREATE INDEX t_v ON t (v);\nALTER TABLE t ADD CONSTRAINT c CHECK (v <> 'q');\n",
        "t_v",
    );
    assert!(texts.contains("SELECT id, n, state::text AS state"), "what is replaced is kept in one copy: {texts}");
    for it in ["002_public.t.note", "002_public.t.n"] {
        assert_eq!(texts.matches(&format!("CREATE TABLE schemagen_archive.\"{it}\"")).count(), 1, "{it}: {texts}");
    }
}

#[test]
fn a_column_goes_with_an_index_that_is_dropped_concurrently() {
    let texts = there_and_back(
        "CREATE INDEX old ON t (note, v);\n",
        "CREATE TYPE state AS ENUM ('a', 'b', 'c');\nCREATE TABLE t (id int PRIMARY KEY, n numeric(10,2), v text UNIQUE, state state);\n",
        "t_v_key",
    );
    assert!(texts.contains("DROP INDEX CONCURRENTLY") || texts.contains("CREATE INDEX CONCURRENTLY"), "{texts}");
}

#[test]
fn a_label_comes_with_an_index_that_names_it() {
    there_and_back(
        "",
        "CREATE TYPE state AS ENUM ('a', 'b', 'c', 'd');\n\
         CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2), v text, state state DEFAULT 'd', note text);\n\
         CREATE INDEX t_d ON t (v) WHERE state = 'd';\n",
        "t_d",
    );
}

#[test]
fn a_guard_stops_before_anything_is_committed_by_itself() {
    let live = Live::new();
    let project = live.project().declaring(TABLES);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(ROWS);
    project.write("schema/schema.sql", &format!("{}CREATE INDEX t_v ON t (v);\n", TABLES.replace("n numeric(10,2)", "n int")));
    let project = project.with("SCHEMAGEN_ASSUME_LARGE", "1");
    project.run(&["diff", "--name", "up"]).succeeds();
    let failed = project.run(&["apply", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("public.t.n from numeric(10,2) to integer"), "{failed}");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_class WHERE relname = 't_v'"), 0);
    live.run("UPDATE t SET n = id");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
}
