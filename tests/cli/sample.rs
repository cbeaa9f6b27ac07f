//! Real rows in the proof by value: which of them come, what comes along with them, and that none of their values is told.

use serde_json::Value;

use crate::support::live::Live;
use crate::support::project::{Outcome, Project};

const BEFORE: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE country (code text PRIMARY KEY, ruler int);
CREATE TABLE person (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country text REFERENCES country, boss int REFERENCES person,
    mood mood, name text, shout text GENERATED ALWAYS AS (upper(name)) STORED);
ALTER TABLE country ADD CONSTRAINT country_ruler_fkey FOREIGN KEY (ruler) REFERENCES person;
CREATE TABLE event (at date, person int NOT NULL REFERENCES person, what text, PRIMARY KEY (at, person)) PARTITION BY RANGE (at);
CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE event_b PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE nothing (id int PRIMARY KEY, n text);
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trigger fired''; END';
CREATE TRIGGER never BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION no();
ALTER TABLE person ENABLE ALWAYS TRIGGER never;
";

/// Each refers to the one a hundred before; rulers are the last.
const ROWS: &str = "ALTER TABLE person DISABLE TRIGGER never;
INSERT INTO country SELECT 'secret' || i FROM generate_series(1, 50) i;
INSERT INTO person (country, boss, mood, name) SELECT 'secret' || 1 + i % 50, CASE WHEN i > 100 THEN i - 100 END, 'glad', 'hidden' || i
    FROM generate_series(1, 3000) i;
UPDATE country SET ruler = 2950 + substr(code, 7)::int;
INSERT INTO event SELECT '2020-02-02'::date + i, i, 'hidden' FROM generate_series(1, 300) i;
ALTER TABLE person ENABLE ALWAYS TRIGGER never; ANALYZE;";

/// A project whose `schema` is on the live database, and these rows.
fn filled(live: &Live, schema: &str, rows: &str) -> Project {
    let project = live.project().declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(rows);
    project
}

/// How many real rows of a table there were, and of how many.
fn sampled(json: &Value, table: &str) -> Option<(u64, u64)> {
    let list = json["values"]["sampled"].as_array().expect("a list");
    let found = list.iter().find(|it| it["table"] == table)?;
    Some((found["rows"].as_u64()?, found["of"].as_u64()?))
}

fn instead(json: &Value) -> String {
    json["values"]["seeded_instead"].to_string()
}

/// Nothing that was said or written holds one of the words.
fn is_silent(project: &Project, outcome: &Outcome, words: &[&str]) {
    for word in words {
        assert!(!outcome.stdout.contains(word) && !outcome.stderr.contains(word), "{word} is told: {outcome}");
        let files = project.files();
        let file = files.iter().find(|it| it.0.starts_with("migrations/") && it.1.contains(word));
        assert!(file.is_none(), "{word} is written: {file:?}");
    }
}

#[test]
fn rows_come_with_those_they_reference() {
    let live = Live::new();
    let project = filled(&live, BEFORE, ROWS);
    project
        .write("schema/schema.sql", &BEFORE.replace("name text,", "name varchar(100),").replace("what text", "what varchar(90)"));
    let outcome = project.run(&["diff", "--sample", "60", "--format", "json"]).succeeds();
    let json = outcome.json();
    let (people, of) = sampled(&json, "public.person").expect("people");
    // Sixty spread over three thousand, and from each the way down to one of the first hundred.
    assert!(of == 3000 && people > 500 && people < 3000, "{people} of {of}");
    assert_eq!(sampled(&json, "public.country"), Some((50, 50)), "a cycle: each ruler's country, and its ruler");
    assert_eq!(sampled(&json, "public.event"), Some((60, 300)));
    assert_eq!(instead(&json), "[]");
    assert_eq!(json["values"]["not_compared"], Value::from(Vec::<Value>::new()), "{:#}", json["values"]);
    let shown = project.files().into_iter().find(|it| it.0.starts_with("migrations/logs/002")).expect("a log").1;
    assert!(shown.contains("public.event: 60 real rows of 300"), "{shown}");
    assert!(shown.contains("of them real) in"), "{shown}");
    is_silent(&project, &outcome, &["hidden", "secret"]);
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM person"), 3000);
}

#[test]
fn values_of_rows_stay_where_they_are() {
    let live = Live::new();
    let before = "CREATE TABLE t (id text PRIMARY KEY, v text, n numeric, w text);\n\
        CREATE FUNCTION f(v text) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN v::int; END';\n";
    let rows = "INSERT INTO t SELECT 'hidden' || i, 'hidden' || i, i + 0.77123, 'hidden' FROM generate_series(1, 500) i";
    let project = filled(&live, before, rows);
    // One conversion changes values, the other stops and says on which.
    let after = before.replace("w text", "\n-- schemagen: using left(w, 3)\nw varchar(3)");
    project.write("schema/schema.sql", &after);
    let outcome = project.run(&["diff", "--sample", "100", "--dry-run", "--on-drop", "drop"]).succeeds();
    assert!(outcome.stderr.contains("changed in 100 of 100 rows;"), "{outcome}");
    assert!(outcome.stderr.contains("Sampled: public.t: 100 real rows of 500"), "{outcome}");
    is_silent(&project, &outcome, &["hidden", "77123"]);
    let seeded = project.run(&["diff", "--dry-run", "--on-drop", "drop"]).succeeds();
    assert!(seeded.stderr.contains(" to '"), "seeded rows show an example: {seeded}");

    project.write("schema/schema.sql", &before.replace("v text,", "\n-- schemagen: using f(v)\nv int,"));
    let outcome = project.run(&["diff", "--sample", "100", "--dry-run", "--on-drop", "drop", "-v"]);
    assert!(outcome.stderr.contains("SQLSTATE 22P02"), "{outcome}");
    is_silent(&project, &outcome, &["hidden", "77123"]);
}

#[test]
fn what_cannot_be_sampled_is_seeded_and_told() {
    let live = Live::new();
    live.role("cli_reader", "LOGIN");
    let project = filled(&live, BEFORE, ROWS);
    live.run(
        "GRANT SELECT ON person, nothing, event, event_a, event_b TO cli_reader; GRANT SELECT ON schema_migrations TO cli_reader",
    );
    let changed = BEFORE.replace("what text", "what varchar(90)").replace("n text", "n varchar(90)");
    project.write("schema/schema.sql", &changed.replace("ruler int", "ruler bigint"));
    let of_reader = ["--database-url", &live.url_of("cli_reader")];
    let outcome =
        project.run(&[&["diff", "--sample", "10", "--dry-run", "--format", "json"], &of_reader[..]].concat()).succeeds();
    let told = instead(&outcome.json());
    for it in [
        "public.country: this role may not read it",
        "public.event: it references public.person, which is not sampled",
        "public.nothing: it has no rows",
    ] {
        assert!(told.contains(it), "no {it:?} in {told}");
    }
    assert!(outcome.json()["values"]["rows"].as_u64() > Some(100), "{outcome}");

    // The file asks for it where there is a database; a flag without one is an error.
    let settings = project.read("schemagen.toml");
    project.write("schemagen.toml", &format!("{settings}\n[proof]\nsample = 7\n"));
    let json = project.run(&["diff", "--dry-run", "--format", "json"]).succeeds().json();
    assert_eq!(sampled(&json, "public.event"), Some((7, 300)));
    let json = project.run(&["diff", "--dry-run", "--format", "json", "--sample", "0"]).succeeds().json();
    assert_eq!(json["values"]["sampled"], Value::from(Vec::<Value>::new()));
    project.run(&["diff", "--dry-run", "--database-url", ""]).succeeds();
    project.refuses(&["diff", "--sample", "7", "--database-url", ""], 1, &["--sample", "no database is given"]);
    project.refuses(&["diff", "--sample", "10001"], 64, &["10000"]);
    // What is pending is not on the live database yet.
    project.run(&["diff"]).succeeds();
    project.write(
        "schema/schema.sql",
        &changed.replace("what varchar(90)", "what varchar(80)").replace("ruler int", "ruler bigint"),
    );
    let json = project.run(&["diff", "--dry-run", "--format", "json", "--on-drop", "drop"]).succeeds().json();
    assert!(instead(&json).contains("public.event: its columns are others on the live database yet"), "{:#}", json["values"]);
}

#[test]
fn rows_of_a_large_table_are_spread_and_found_without_reading_all_of_it() {
    let live = Live::new();
    let before = "CREATE TABLE t (id int PRIMARY KEY, v text, big text);\n";
    let rows = "INSERT INTO t SELECT i, CASE WHEN i > 250000 THEN 'late' END, repeat('x', 40) FROM generate_series(1, 500000) i; ANALYZE t;
        ALTER TABLE t ALTER big SET STORAGE EXTERNAL; UPDATE t SET big = repeat('y', 9000000) WHERE id = 1";
    let project = filled(&live, before, rows);
    project.write("schema/schema.sql", &before.replace("v text", "v text NOT NULL"));
    let outcome = project.run(&["diff", "--sample", "50", "--format", "json", "-v"]).succeeds();
    let json = outcome.json();
    let (rows, of) = sampled(&json, "public.t").expect("a sample");
    assert!(rows == 50 && of > 400_000, "{rows} of {of}");
    let stops = json["values"]["stops"].to_string();
    let count: u64 = stops.trim_start_matches("[\"").split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_default();
    assert!((15..=35).contains(&count), "about half of the rows come from the first half: {stops}");
    assert!(stops.contains("of 50 sampled rows of public.t: a CHECK does not hold (SQLSTATE 23514)"), "{stops}");
}

#[test]
fn rows_that_a_constraint_does_not_hold_yet_stay_behind() {
    let live = Live::new();
    let before = "CREATE TABLE p (id int PRIMARY KEY);\n\
        CREATE TABLE t (id int PRIMARY KEY, v text, p int, CONSTRAINT c CHECK (v <> 'bad') NOT VALID);\n\
        ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p NOT VALID;\n";
    let rows = "ALTER TABLE t DROP CONSTRAINT c, DROP CONSTRAINT f; INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 'bad', 1), \
        (2, 'good', 1), (3, 'fine', 9), (4, repeat('long', 10000000), 1); ALTER TABLE t ADD CONSTRAINT c CHECK (v <> 'bad') NOT VALID, \
        ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p NOT VALID";
    let project = filled(&live, before, rows);
    project.write("schema/schema.sql", &before.replace("v text", "v varchar"));
    let json = project.run(&["diff", "--sample", "50", "--format", "json"]).succeeds().json();
    assert_eq!(sampled(&json, "public.t"), Some((3, 4)));
    assert_eq!(json["values"]["sampled"][0]["table"], "public.p", "{:#}", json["values"]);
    assert_eq!(json["values"]["changes"], Value::from(Vec::<Value>::new()), "{:#}", json["values"]);
}

#[test]
fn full_is_about_the_rows_of_every_table() {
    let project = Project::new();
    let tables = "CREATE TABLE a (id int PRIMARY KEY, n int);\nCREATE TABLE b (id int PRIMARY KEY);\nCREATE TABLE c (id int) PARTITION BY LIST (id);\n\
                  CREATE TABLE c_1 PARTITION OF c DEFAULT;\n";
    let project = project.declaring(tables);
    project.run(&["diff"]).succeeds();
    let project = project.declaring(&tables.replace("n int", "n bigint"));
    let compared = |flags: &[&str]| {
        let json = project.run(&[&["diff", "--dry-run", "--format", "json"], flags].concat()).succeeds().json();
        (json["values"]["tables"].as_u64(), json["values"]["changes"].clone())
    };
    assert_eq!(compared(&[]), (Some(1), Value::from(Vec::<Value>::new())));
    assert_eq!(compared(&["--full"]), (Some(4), Value::from(Vec::<Value>::new())));
}
