//! What is wrong in the project's files is named with its place and a way out, and nothing is written.

use crate::support::project::Project;

/// A project with one file of SQL.
fn declaring(sql: &str) -> Project {
    Project::new().declaring(sql)
}

/// `diff` fails at that place, the caret under the column, and says the words.
fn fails(project: &Project, file: &str, (line, column): (usize, usize), words: &[&str]) {
    let outcome = project.refuses(&["diff"], 1, words);
    let source = project.read(file);
    let text = source.lines().nth(line - 1).expect("the line").replace('\t', " ");
    let text = text.trim_end_matches(';');
    let margin = " ".repeat(line.to_string().len());
    let caret = " ".repeat(column - 1);
    let shown = format!("{margin}--> {file}:{line}:{column}\n{margin} |\n{line} | {text}\n{margin} | {caret}^\n");
    let said = outcome.stderr.replace(";\n", "\n");
    assert!(said.contains(&shown), "not shown like\n{shown}\nin\n{outcome}");
}

const FILE: &str = "schema/schema.sql";

#[test]
fn a_syntax_error() {
    let sql = "CREATE TABLE a (\n    id bigint,\n    naem txet txet\n);\n";
    fails(&declaring(sql), FILE, (3, 15), &["syntax error at or near \"txet\""]);
    fails(&declaring("CREATE TABLE é (id int);\nSELECT 'open;\n"), FILE, (2, 8), &["this string has no end", "close it with '"]);
    let many: String = (0..30).map(|it| format!("CREATE TABLE t{it} (id int);\n")).collect();
    fails(&declaring(&format!("{many}CREATE TABEL x (id int);\n")), FILE, (31, 8), &["syntax error at or near \"TABEL\""]);
}

#[test]
fn an_unknown_type() {
    let sql = "CREATE TABLE a (\n    id bigint,\n    name citex\n);\n";
    fails(&declaring(sql), FILE, (3, 10), &["type \"citex\" does not exist", "nothing in the schema folder makes it"]);
}

#[test]
fn a_column_or_table_that_is_not_there() {
    fails(
        &declaring("CREATE TABLE a (id int);\nCREATE VIEW v AS\n\tSELECT nme FROM a;\n"),
        FILE,
        (3, 9),
        &["column \"nme\" does not exist"],
    );
    let sql = "CREATE TABLE a (id int, b_id int REFERENCES b (id));\n";
    fails(&declaring(sql), FILE, (1, 1), &["relation \"b\" does not exist", "nothing in the schema folder makes it"]);
}

#[test]
fn a_body_that_finds_nothing_without_a_search_path() {
    let sql = "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TYPE public.mood AS ENUM ('sad');\n\
        CREATE FUNCTION public.f(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (x::mood)::text';\n\
        CREATE TABLE public.t (x text);\nCREATE INDEX t_f ON public.t (public.f(x));\n";
    fails(&declaring(sql), FILE, (5, 1), &["type \"mood\" does not exist", "write the schema in the body", "SET search_path"]);
}

#[test]
fn a_missing_extension() {
    let words = ["does not have the extension no_such_thing", "[shadow] bin_dir", "[shadow] url"];
    fails(&declaring("\nCREATE EXTENSION no_such_thing;\n"), FILE, (2, 1), &words);
}

#[test]
fn an_object_made_twice() {
    let project = declaring("CREATE TABLE b (id int);\n");
    project.write("schema/a.sql", "CREATE TABLE a (id int);\n\nCREATE TABLE b (id int);\n");
    let words = ["relation \"b\" already exists", "it is first made at schema/a.sql:3", "keep one of the two"];
    fails(&project, FILE, (1, 1), &words);
}

#[test]
fn statements_that_run_code() {
    for (statement, word) in [
        ("DO $$ BEGIN PERFORM pg_sleep(1); END $$;", "DO"),
        ("COPY a FROM PROGRAM 'id';", "COPY … PROGRAM"),
        ("CALL p();", "CALL"),
        ("LOAD 'x';", "LOAD"),
        ("ALTER SYSTEM SET work_mem = 1;", "ALTER SYSTEM"),
        ("SELECT pg_sleep(1);", "SELECT"),
    ] {
        let project = declaring(&format!("CREATE TABLE a (id int);\n\n{statement}\n"));
        fails(&project, FILE, (3, 1), &[word, "runs", "the schema folder only declares", "schemagen new"]);
    }
}

#[test]
fn what_is_not_declared_is_skipped_with_a_note() {
    let project = declaring("CREATE DATABASE x;\nCREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n");
    let outcome = project.run(&["diff"]).succeeds();
    for it in ["CREATE DATABASE at schema/schema.sql:1 was skipped", "INSERT"] {
        assert!(outcome.stderr.contains(it), "no {it:?} in\n{outcome}");
    }
    assert!(!project.read("migrations/001_create_table_a.sql").contains("INSERT"));
}

#[test]
fn where_psql_would_connect_to_is_said_and_two_databases_are_refused() {
    let dump = "CREATE DATABASE app;\n\\connect app\nSET search_path = here;\n\\c app\nCREATE TABLE a (id int);\n";
    let project = declaring(dump);
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    let note =
        "\\connect at schema/schema.sql:2 (2 of them) was skipped: what follows is taken for the database that is compared";
    assert!(outcome.stderr.contains(note), "{outcome}");
    assert!(outcome.stdout.contains("CREATE TABLE public.a"), "a new connection has settings of its own: {outcome}");
    let project = project.declaring(&dump.replace("\\c app", "\\c - joe"));
    let outcome = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(
        outcome.stderr.contains("the user of \\connect at schema/schema.sql:4 was skipped: what follows belongs to"),
        "{outcome}"
    );
    let project = project.declaring(&format!("{dump}\\connect other\nCREATE TABLE b (id int);\n"));
    let words = ["what follows is of the database other, and what stands before of the database app", "a folder of its own"];
    fails(&project, FILE, (6, 1), &words);
    let project = project.declaring("\\encoding LATIN1\nCREATE TABLE a (id int);\n");
    fails(&project, FILE, (1, 1), &["psql would read what follows as LATIN1", "UTF-8"]);
}

#[test]
fn a_file_that_is_no_text_and_a_folder_that_is_not_there() {
    let project = declaring("");
    std::fs::write(project.at(FILE), b"CREATE TABLE a\xff (id int);").expect("written");
    project.refuses(&["diff"], 1, &["schema/schema.sql:1 is not UTF-8", "iconv"]);
    project.refuses(&["diff", "--schema", "elsewhere"], 1, &["there is no file or folder elsewhere", "--schema"]);
    project.refuses(&["-C", "elsewhere", "diff"], 1, &["cannot enter elsewhere"]);
    project.refuses(&["--config", "other.toml", "diff"], 1, &["other.toml"]);
}

#[test]
fn a_mistake_in_the_configuration() {
    let project = Project::new();
    project.write("schemagen.toml", "schema = \"schema\"\n\n[shadow]\nmiror = \"https://example.org\"\n");
    fails(&project, "schemagen.toml", (4, 1), &["unknown field `miror`", "did you mean mirror?"]);
    project.write("schemagen.toml", "schem = \"schema\"\n");
    fails(&project, "schemagen.toml", (1, 1), &["did you mean schema?"]);
    project.write("schemagen.toml", "schema = 3\n");
    fails(&project, "schemagen.toml", (1, 10), &["string"]);
    project.write("schemagen.toml", "database_url = \"postgres://u:hunter2@h/x\"\n");
    let outcome = project.refuses(&["diff"], 1, &["holds a password", "${DATABASE_URL}"]);
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
}

#[test]
fn a_migrations_folder_with_a_gap_or_a_conflict() {
    let project = declaring("CREATE TABLE a (id int);\n");
    project.write("migrations/001_a.sql", "CREATE TABLE a (id int);\n");
    project.write("migrations/003_c.sql", "SELECT 1;\n");
    project.refuses(&["diff"], 1, &["migration 002 is missing between 001_a.sql and 003_c.sql", "git"]);
    project.write("migrations/002_b.sql", "SELECT 1;\n\nSELEC 2;\n");
    project.refuses(&["diff"], 1, &["migrations/002_b.sql:3:1", "3 | SELEC 2;", "syntax error"]);
    project.write("migrations/002_b.sql", "ALTER TABLE a ADD b int;\nALTER TABLE nowhere ADD b int;\n");
    project.refuses(&["diff"], 1, &["migrations/002_b.sql:2", "relation \"nowhere\" does not exist"]);
    project.write("migrations/002_b.sql", "SELECT 1;\n");
    project.write("migrations/002_also.sql", "SELECT 1;\n");
    project.refuses(&["diff"], 1, &["two migrations have the number 002", "002_also.sql and 002_b.sql"]);
}
