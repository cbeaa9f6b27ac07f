//! Values that old applications still write and new ones do not expect, changed in two halves: NULL, and labels of enums that go.

use crate::support::live::Live;
use crate::support::project::Project;

fn project(live: &Live, large: bool, schema: &str) -> Project {
    let project = live.project();
    let project = if large { project.with("SCHEMAGEN_ASSUME_LARGE", "1") } else { project };
    let project = project.declaring(schema);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project
}

fn holds(live: &Live, of: &str, condition: &str) {
    let all = live.value::<bool>(&format!("SELECT coalesce(bool_and({condition}), false) FROM {of}"));
    assert!(all, "{condition}");
}

#[test]
fn a_column_gets_a_value_before_it_must_have_one() {
    let live = Live::new();
    let before = "CREATE TABLE orders (id bigint PRIMARY KEY, price int DEFAULT 7, note text, code text);\n";
    let project = project(&live, true, before);
    live.run("INSERT INTO orders SELECT i, nullif(i % 10, 0), CASE WHEN i % 3 > 0 THEN 'n' || i END, 'c' || i FROM generate_series(1, 300) i");
    project.write(
        "schema/schema.sql",
        "CREATE TABLE orders (
    id bigint PRIMARY KEY,
    price int NOT NULL DEFAULT 7,
    -- schemagen: using 'none for ' || code
    note text NOT NULL,
    code text NOT NULL
);
",
    );
    project.run(&["diff", "--strategy", "expand-contract", "--name", "must"]).succeeds();
    let (expand, contract) = (project.read("migrations/002_must.sql"), project.read("migrations/003_must_contract.sql"));
    assert!(expand.contains("-- schemagen: backfill by id") && !expand.contains("LOCK TABLE"), "{expand}");
    let trigger = contract.find("DROP TRIGGER zz_schemagen_note_not_null").expect("the trigger goes");
    assert!(contract.find("note SET NOT NULL").expect("it is NOT NULL") < trigger, "{contract}");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();

    // The old application leaves out what the new one relies on.
    live.run(
        "INSERT INTO orders (id, note, price, code) VALUES (1000, NULL, NULL, 'old'); UPDATE orders SET note = NULL WHERE id = 1",
    );
    holds(&live, "orders", "price = CASE WHEN id % 10 = 0 THEN 7 ELSE id % 10 END");
    let notes = "note = CASE WHEN id % 3 = 0 OR id IN (1, 1000) THEN 'none for ' || code ELSE 'n' || id END";
    holds(&live, "orders", notes);
    project.run(&["deployed", "2"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    let triggers = "SELECT count(*) FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid WHERE proname LIKE 'schemagen%'";
    assert_eq!(live.value::<i64>(triggers), 0);

    // Back: nulls that were filled are null again, what was written since stays.
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("INSERT INTO orders (id, code) VALUES (1001, 'between'); UPDATE orders SET note = 'written' WHERE id = 3");
    holds(&live, "orders WHERE id = 1001", "note = 'none for between'");
    project.run(&["rollback", "--yes"]).succeeds();
    let nulls = "(note IS NULL) = (id % 3 = 0 AND id <> 3) AND (price IS NULL) = (id % 10 = 0)";
    holds(&live, "orders WHERE id BETWEEN 2 AND 300", nulls);
    holds(&live, "orders WHERE id = 3", "note = 'written'");
    project.run(&["apply", "--yes"]).succeeds();
    holds(&live, "orders", "price IS NOT NULL AND note IS NOT NULL");
}

#[test]
fn a_hint_gives_values_to_a_column_that_is_not_null_at_once() {
    for large in [false, true] {
        let live = Live::new();
        let project = project(&live, large, "CREATE TABLE t (id int PRIMARY KEY, a text, b text);\n");
        live.run("INSERT INTO t SELECT i, CASE WHEN i % 2 = 0 THEN 'a' END, 'b' || i FROM generate_series(1, 50) i");
        let after = "CREATE TABLE t (id int PRIMARY KEY,\n    -- schemagen: using upper(b)\n    a text NOT NULL,\n    b text);\n";
        project.write("schema/schema.sql", after);
        project.run(&["diff"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        holds(&live, "t", "a = CASE WHEN id % 2 = 0 THEN 'a' ELSE 'B' || id END");
        let spent = project.run(&["diff", "--exit-code"]).succeeds();
        assert!(spent.stderr.contains("the hint no longer applies"), "{spent}");
        project.run(&["rollback", "--yes"]).succeeds();
        holds(&live, "t", "(a IS NULL) = (id % 2 = 1)");
        live.run("UPDATE t SET b = NULL WHERE id = 7");
        project.refuses(&["apply", "--yes"], 1, &["null"]);
        if large {
            // It stopped half way.
            project.run(&["rollback", "--yes"]).succeeds();
        }
        holds(&live, "t", "(a IS NULL) = (id % 2 = 1)");
    }
}

#[test]
fn labels_of_an_enum_go_after_the_deploy() {
    for large in [false, true] {
        let live = Live::new();
        let before = "CREATE TYPE mood AS ENUM ('sad', 'meh', 'ok', 'fine');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'sad', moods mood[], best mood);
CREATE INDEX people_mood_idx ON people (mood);
";
        let project = project(&live, large, before);
        live.run(
            "INSERT INTO people SELECT i, (enum_range(NULL::mood))[1 + i % 4], (enum_range(NULL::mood))[1:1 + i % 4], \
             (enum_range(NULL::mood))[1 + i % 2] FROM generate_series(1, 200) i",
        );
        let kept = live.value::<serde_json::Value>("SELECT jsonb_agg(to_jsonb(p) ORDER BY id) FROM people p");
        let after = before.replace("CREATE TYPE mood AS ENUM ('sad', 'meh', 'ok', 'fine')", 
            "-- schemagen: map 'sad' to 'unhappy', 'meh' to 'ok'\nCREATE TYPE mood AS ENUM (/* schemagen: new */ 'unhappy', 'ok', 'fine')");
        project.write("schema/schema.sql", &after.replace("DEFAULT 'sad'", "DEFAULT 'ok'"));
        project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        project.run(&["diff", "--exit-code"]).succeeds();
        // Nobody reads a label that goes, and who still writes one can.
        live.run("INSERT INTO people VALUES (1000, 'sad', '{sad,fine}', 'meh'); UPDATE people SET mood = 'meh' WHERE id = 3");
        let gone = "mood::text NOT IN ('sad', 'meh') AND NOT moods::text[] && '{sad,meh}' AND best::text NOT IN ('sad', 'meh')";
        holds(&live, "people", gone);
        holds(&live, "people WHERE id = 1000", "mood = 'unhappy' AND moods = '{unhappy,fine}' AND best = 'ok'");
        holds(&live, "people WHERE id = 3", "mood = 'ok'");
        let status = project.run(&["status"]).stdout;
        assert!(status.contains("held"), "{status}");
        let held = project.run(&["apply", "--yes"]).succeeds();
        let waits = held.stderr.split("schemagen deployed ").nth(1).expect("what it waits for")[..3].to_owned();
        project.run(&["deployed", &waits]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        project.run(&["diff", "--exit-code"]).succeeds();
        let labels = "SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'mood'::regtype";
        assert_eq!(live.value::<serde_json::Value>(labels), serde_json::json!(["unhappy", "ok", "fine"]));
        // Back to where the old application can write again, and from there to the values that were.
        project.run(&["rollback", "--to", &waits, "--yes"]).succeeds();
        live.run("INSERT INTO people VALUES (1001, 'sad')");
        holds(&live, "people WHERE id = 1001", "mood = 'unhappy'");
        live.run("DELETE FROM people WHERE id >= 1000; UPDATE people SET mood = 'fine' WHERE id = 3");
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        let back = live.value::<serde_json::Value>("SELECT jsonb_agg(to_jsonb(p) ORDER BY id) FROM people p");
        assert_eq!(back, kept);
        project.run(&["apply", "--yes"]).succeeds();
        holds(&live, "people", gone);
    }
}

#[test]
fn what_nobody_maps_only_waits_for_the_deploy() {
    let live = Live::new();
    let project =
        project(&live, true, "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id int PRIMARY KEY, mood mood);\n");
    live.run("INSERT INTO people VALUES (1, 'ok')");
    project.write(
        "schema/schema.sql",
        "CREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE people (id int PRIMARY KEY, mood mood NOT NULL);\n",
    );
    project.run(&["diff", "--strategy", "expand-contract", "--name", "later"]).succeeds();
    let held = project.run(&["apply", "--yes"]).succeeds();
    assert!(held.stderr.contains("held back") && held.stderr.contains("schemagen deployed 001"), "{held}");
    live.run("INSERT INTO people VALUES (2, 'sad'), (3, NULL)");
    project.run(&["deployed", "1"]).succeeds();
    let stopped = project.run(&["apply", "--yes"]);
    assert_ne!(stopped.status, Some(0), "{stopped}");
    live.run("DELETE FROM people WHERE id > 1");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn what_a_trigger_writes_at_every_update_is_not_missed_where_a_hint_says_so() {
    let live = Live::new();
    let before = "CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE TRIGGER touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
";
    let project = project(&live, true, before);
    live.run("INSERT INTO people SELECT i, (enum_range(NULL::mood))[1 + i % 2], '2020-01-01' FROM generate_series(1, 50) i");
    let moods = "SELECT jsonb_agg(mood ORDER BY id) FROM people";
    let kept = live.value::<serde_json::Value>(moods);
    let after =
        before.replace("CREATE TYPE mood AS ENUM ('sad', ", "-- schemagen: map 'sad' to 'fine'\nCREATE TYPE mood AS ENUM (");
    project.write("schema/schema.sql", &after);
    let words = ["lost: values of public.people.updated_at", "say so above the column: -- schemagen: touched"];
    project.refuses(&["diff", "--strategy", "expand-contract"], 3, &words);
    project.write("schema/schema.sql", &format!("-- schemagen: touched\n{after}"));
    project.refuses(
        &["diff", "--strategy", "expand-contract"],
        1,
        &["the hint \"touched\" stands above nothing it can speak of"],
    );
    project.write("schema/schema.sql", &after.replace("    updated_at", "    -- schemagen: touched\n    updated_at"));
    let outcome = project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    assert!(outcome.stderr.contains("Values: public.people.updated_at: changed in"), "{outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    holds(&live, "people", "mood = 'fine'");
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(moods), kept, "the copy for the rollback is made all the same");
}
