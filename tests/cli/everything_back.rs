//! Columns, tables and labels that go from a live database with rows, and all of it back by the rollback, value by value.
//!
//! `SCHEMAGEN_ROWS=1000000` for a table of that size.

use std::time::Instant;

use crate::support::live::Live;

const BEFORE: &str = "CREATE TYPE state AS ENUM ('open', 'lost', 'done');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, state state NOT NULL DEFAULT 'open', note text,
    price numeric(12,4), tags text[], at timestamptz NOT NULL
);
CREATE TABLE events (at timestamptz, kind state, payload jsonb, weight double precision);
";

const AFTER: &str = "-- schemagen: map 'lost' to 'done'
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE orders (
    id bigint PRIMARY KEY, state state NOT NULL DEFAULT 'open',
    -- schemagen: using round(price, 1)
    price numeric(12,1), at timestamptz NOT NULL
);
CREATE TABLE events (at timestamptz, kind state, weight double precision);
";

/// One sum over every row and value, whatever the order of columns.
const CHECKSUMS: &str = "SELECT jsonb_build_object(
    'customers', (SELECT jsonb_build_array(count(*), sum(hashtextextended(ROW(id, name)::text, 0))) FROM customers),
    'orders', (SELECT jsonb_build_array(count(*), sum(hashtextextended(ROW(id, customer_id, state, note, price, tags, at)::text, 0))) FROM orders),
    'events', (SELECT jsonb_build_array(count(*), sum(hashtextextended(ROW(at, kind, payload, weight)::text, 0))) FROM events),
    'position', (SELECT last_value FROM customers_id_seq))::text";

#[test]
#[expect(clippy::print_stderr, reason = "times of a large run")]
fn every_row_and_value_comes_back() {
    let rows: usize = std::env::var("SCHEMAGEN_ROWS").map_or(500, |it| it.parse().expect("SCHEMAGEN_ROWS is a number"));
    let live = Live::new();
    let project = live.project().declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(&format!(
        "INSERT INTO customers (name) SELECT 'Kundin ' || i FROM generate_series(1, {rows} / 10) i;
         INSERT INTO orders SELECT i, 1 + i % ({rows} / 10), (enum_range(NULL::state))[1 + i % 3], CASE WHEN i % 5 > 0 THEN 'née ' || i END,
             i * 1.2345, CASE WHEN i % 3 = 0 THEN ARRAY['a', NULL, i::text] END, 'epoch'::timestamptz + i * interval '1 minute'
             FROM generate_series(1, {rows}) i;
         INSERT INTO events SELECT 'epoch', (enum_range(NULL::state))[1 + i % 3], jsonb_build_object('n', i % 7), 1.0 / (1 + i % 11)
             FROM generate_series(1, {rows}) i"
    ));
    let before: String = live.value(CHECKSUMS);
    project.write("schema/schema.sql", AFTER);
    let timed = |what: &str, arguments: &[&str]| {
        let started = Instant::now();
        let outcome = project.run(arguments).succeeds();
        eprintln!("{what} of {rows} rows: {:.1} s", started.elapsed().as_secs_f32());
        outcome
    };
    timed("diff", &["diff", "--name", "less"]);
    timed("apply", &["apply", "--yes"]);
    let left: i64 = live.value("SELECT count(*) FROM orders WHERE state = 'done' AND price = round(price, 1)");
    assert!(left as usize >= 2 * (rows / 3), "the migration did something: {left}");
    // A large table takes more than one file.
    timed("rollback", &["rollback", "--to", "1", "--yes"]);
    assert_eq!(live.value::<String>(CHECKSUMS), before);
    timed("apply again", &["apply", "--yes"]);
    timed("rollback again", &["rollback", "--to", "1", "--yes"]);
    assert_eq!(live.value::<String>(CHECKSUMS), before);
}

#[test]
fn triggers_rest_while_values_come_back() {
    const TABLES: &str =
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed = now(); RETURN NEW; END';
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, note text, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED, changed timestamptz);
CREATE TRIGGER noted BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER always BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE t ENABLE ALWAYS TRIGGER always;
CREATE TRIGGER resting BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE t DISABLE TRIGGER resting;
CREATE TABLE parts (at int, note text, price numeric, changed timestamptz) PARTITION BY RANGE (at);
CREATE TABLE part_a PARTITION OF parts FOR VALUES FROM (0) TO (50);
CREATE TABLE part_b PARTITION OF parts FOR VALUES FROM (50) TO (500);
CREATE TRIGGER noted BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER own BEFORE UPDATE ON part_b FOR EACH ROW EXECUTE FUNCTION touch();
";
    const ALL: &str = "SELECT jsonb_build_array((SELECT jsonb_agg(t ORDER BY id) FROM t), (SELECT jsonb_agg(p ORDER BY at) FROM parts p), \
        (SELECT jsonb_agg(jsonb_build_array(tgrelid::regclass, tgname, tgenabled) ORDER BY tgrelid::regclass::text, tgname) \
        FROM pg_trigger WHERE NOT tgisinternal))";
    let live = Live::new();
    let project = live.project().declaring(TABLES);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "INSERT INTO p VALUES (1); INSERT INTO t SELECT i, 'n' || i, 1, 'epoch' FROM generate_series(1, 20) i;
         INSERT INTO parts SELECT i, 'n' || i, i + 0.25, 'epoch' FROM generate_series(1, 100) i",
    );
    let before: serde_json::Value = live.value(ALL);
    let after = TABLES.replace("note text, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED, ", "").replace("note text, ", "");
    project.write("schema/schema.sql", &after.replace("price numeric", "\n-- schemagen: using round(price)\nprice int"));
    let outcome = project.run(&["diff"]).succeeds();
    assert!(!outcome.stderr.contains("changed, "), "{outcome}");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(ALL), before);
}

#[test]
fn a_collation_goes_with_the_columns_that_had_it() {
    const KEPT: &str = "CREATE COLLATION kept FROM \"C\";\n";
    const VALUES: &str =
        "SELECT jsonb_build_array((SELECT jsonb_agg(g ORDER BY n) FROM gone g), (SELECT jsonb_agg(s ORDER BY code) FROM stays s),
        (SELECT jsonb_agg(p ORDER BY b) FROM plain p))::text";
    let live = Live::new();
    let project = live.project().declaring(&format!(
        "{KEPT}CREATE COLLATION bytes FROM \"C\";
CREATE TABLE gone (a text COLLATE bytes, n int);
CREATE TABLE stays (code text COLLATE kept PRIMARY KEY, note text COLLATE bytes, more text);
CREATE TABLE plain (a text COLLATE bytes, b int);"
    ));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "INSERT INTO gone VALUES ('B', 1), ('a', 2); INSERT INTO stays VALUES ('B', 'x', NULL), ('a', 'Y', 'z');
         INSERT INTO plain VALUES ('B', 1), ('a', 2)",
    );
    let before: String = live.value(VALUES);
    project.write(
        "schema/schema.sql",
        &format!("{KEPT}CREATE TABLE stays (code text COLLATE kept PRIMARY KEY, more text);\nCREATE TABLE plain (b int);"),
    );
    project.run(&["diff", "--name", "less"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<String>(VALUES), before);
}

#[test]
fn an_identity_goes_on_where_a_serial_stands_though_its_last_rows_are_gone() {
    let live = Live::new();
    let project = live.project().declaring("CREATE TABLE users (id serial PRIMARY KEY, name text);");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO users (name) SELECT 'u' FROM generate_series(1, 9); DELETE FROM users WHERE id > 4");
    project.write("schema/schema.sql", "CREATE TABLE users (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text);");
    project.run(&["diff"]).succeeds();
    let next = || live.value::<i64>("SELECT nextval('users_id_seq')");
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(next(), 10);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(next(), 10, "the rollback knows the position from before the migration");
}

#[test]
fn a_composite_type_whose_values_are_stored_gets_an_attribute() {
    let live = Live::new();
    let project = live
        .project()
        .declaring("CREATE TYPE address AS (street text);\nCREATE TABLE parties (id int PRIMARY KEY, bill address);");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO parties VALUES (1, ROW('Main'))");
    let grown = "CREATE TYPE address AS (street text, city text);\nCREATE TABLE parties (id int PRIMARY KEY, bill address);";
    project.write("schema/schema.sql", grown);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<String>("SELECT (bill).street FROM parties"), "Main");
}
