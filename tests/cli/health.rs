//! How a live database is: what is found, what is left out, and what became worse.

use std::collections::BTreeMap;
use std::thread::{scope, sleep};
use std::time::Duration;

use crate::support::live::{Live, until};
use crate::support::project::{Outcome, Project};

/// The server of the tests runs without fsync and autovacuum, which is none of their matter.
const CONFIGURATION: &str = "[health]\nleast_rows = 10\nforeign_key_rows = 0\nignore = [\"settings:*\"]\n";

const TABLES: &str = "
    CREATE TABLE customers (id serial PRIMARY KEY, email text, CONSTRAINT named CHECK (email <> ''));
    CREATE INDEX customers_email ON customers (email);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer integer REFERENCES customers);
";

fn project(live: &Live) -> Project {
    let project = live.project();
    project.write("schemagen.toml", CONFIGURATION);
    project
}

/// The levels of all findings by probe and subject.
fn findings(outcome: &Outcome) -> BTreeMap<String, String> {
    let report = outcome.json();
    let probes = report["probes"].as_array().expect("probes");
    let of = |probe: &serde_json::Value| {
        let name = probe["probe"].as_str().expect("a name").to_owned();
        let found = probe["findings"].as_array().expect("findings").clone();
        found.into_iter().map(move |it| {
            let text = |key: &str| it[key].as_str().expect("a text").to_owned();
            (format!("{name}:{}", text("subject")), text("level"))
        })
    };
    probes.iter().flat_map(of).collect()
}

fn pairs(found: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    found.iter().map(|(subject, level)| (subject.as_str(), level.as_str())).collect()
}

#[test]
fn what_deserves_a_look_is_named_with_what_to_do() {
    let live = Live::new();
    let project = project(&live);
    live.run(TABLES);
    let well = project.run(&["health", "--format", "json", "--fail-on", "warning"]).succeeds();
    assert_eq!(
        pairs(&findings(&well)),
        [("constraints:public.orders.orders_customer_fkey", "info")],
        "a foreign key without an index, and no more"
    );
    live.run("CREATE EXTENSION pg_trgm VERSION '1.4'; CREATE INDEX again ON customers (email); CREATE INDEX broken ON orders (customer);");
    live.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");
    live.run(
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID; SELECT setval('customers_id_seq', 2000000000)",
    );
    live.run("INSERT INTO orders (id) SELECT generate_series(1, 100); DELETE FROM orders WHERE id > 50");
    until("the statistics", || live.value("SELECT sum(n_dead_tup) = 50 FROM pg_stat_user_tables"));
    let found = project.run(&["health", "--format", "json"]);
    assert_eq!(found.status, Some(1), "{found}");
    assert_eq!(
        pairs(&findings(&found)),
        [
            ("constraints:public.orders.orders_customer_fkey", "info"),
            ("constraints:public.orders.positive", "warning"),
            ("extensions:pg_trgm", "info"),
            ("indexes:public.again", "warning"),
            ("indexes:public.broken", "error"),
            ("sequences:public.customers.id", "error"),
            ("tables:public.orders", "warning"),
        ],
        "{found}"
    );
    let text = project.run(&["health", "--fail-on", "never"]).succeeds();
    for words in [
        "error    indexes       2 indexes of no use",
        "  error: public.broken: is invalid: writes to public.orders keep it up to date, and no query can use it",
        "  warning: public.again: has the same keys as public.customers_email (8.2 kB)",
        "  warning: public.orders.positive: is NOT VALID: rows from before it may break it",
        "  error: public.customers.id: 2000000000 of 2147483647 numbers are given out (93 %)",
        "    help: make the integer a bigint in the schema folder, and run schemagen diff --strategy expand-contract",
        "  warning: public.orders: 50 of its rows are dead (50 %), never vacuumed",
    ] {
        assert!(text.stdout.contains(words), "{words}\n{text}");
    }
    project.write(
        "schemagen.toml",
        &CONFIGURATION.replace("\"settings:*\"", "\"settings:*\", \"indexes:public.*\", \"sequences:*\""),
    );
    let rest = project.run(&["health"]).succeeds();
    assert!(rest.stdout.contains("ok       indexes"), "{rest}");
    assert!(!rest.stdout.contains("error:"), "{rest}");
    assert!(rest.stderr.contains("left out by [health] ignore"), "{rest}");
}

#[test]
fn who_waits_for_whom_is_told() {
    let live = Live::new();
    let project = project(&live);
    live.run(TABLES);
    project.write("schemagen.toml", &format!("{CONFIGURATION}lock_seconds = 0\ntransaction_seconds = 0\n"));
    let outcome = scope(|threads| {
        threads.spawn(|| live.run("BEGIN; LOCK TABLE orders; SELECT pg_sleep(4); COMMIT"));
        until("the lock", || {
            live.value("SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'orders'::regclass")
        });
        threads.spawn(|| live.run("SELECT count(*) FROM orders"));
        until("the wait", || live.value("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"));
        project.run(&["health", "--fail-on", "warning"])
    });
    assert_eq!(outcome.status, Some(1), "{outcome}");
    assert!(outcome.stdout.contains("waits for AccessShareLock on public.orders since"), "{outcome}");
    assert!(outcome.stdout.contains("behind pid "), "{outcome}");
    assert!(outcome.stdout.contains("of cli_owner: open for"), "{outcome}");
    assert!(!outcome.stdout.contains("pg_sleep"), "no query is shown: {outcome}");
}

#[test]
fn what_is_new_since_a_report_is_told() {
    let live = Live::new();
    let project = project(&live);
    live.run(TABLES);
    project.run(&["health", "--save", "before.json"]).succeeds();
    live.run("ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID; CREATE INDEX ON orders (customer)");
    live.run("CREATE INDEX again ON customers (email)");
    let outcome = project.run(&["health", "--since", "before.json"]).succeeds();
    assert!(outcome.stdout.contains("ok       since         2 new findings, 1 gone since 20"), "{outcome}");
    let older = project.read("before.json").replace("\"deadlocks\": 0.0", "\"deadlocks\": -2.0");
    project.write("before.json", &older);
    let outcome = project.run(&["health", "--since", "before.json"]).succeeds();
    assert!(outcome.stdout.contains("  warning: deadlocks: 2 since then"), "{outcome}");
}

#[test]
fn migrations_count_too() {
    let live = Live::new();
    let project = project(&live).declaring("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    project.run(&["diff"]).succeeds();
    let pending = project.run(&["health", "--format", "json"]).succeeds();
    assert_eq!(pairs(&findings(&pending)), [("migrations:001", "info")]);
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(pairs(&findings(&project.run(&["health", "--format", "json"]).succeeds())), []);
    live.run("ALTER TABLE users ADD by_hand integer");
    assert_eq!(pairs(&findings(&project.run(&["health", "--format", "json"]).succeeds())), [("migrations:drift", "warning")]);
}

#[test]
fn a_role_without_rights_is_told_what_it_does_not_see() {
    let live = Live::new();
    let project = project(&live);
    live.run(TABLES);
    live.role("cli_stranger", "LOGIN");
    let url = live.url_of("cli_stranger");
    let outcome = scope(|threads| {
        threads.spawn(|| live.run("SELECT pg_sleep(3)"));
        until("the other session", || {
            live.value("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
        });
        project.run(&["health", "--database-url", &url])
    });
    let outcome = outcome.succeeds();
    assert!(outcome.stdout.contains("hidden from this role"), "{outcome}");
    assert!(outcome.stdout.contains("GRANT pg_read_all_stats to it"), "{outcome}");
    assert!(!outcome.stdout.contains("unknown"), "statistics and catalogs are for everyone: {outcome}");
}

#[test]
fn it_looks_again_and_again() {
    let live = Live::new();
    let project = project(&live);
    let child = project.command(&["health", "--watch", "1"]).stdout(std::process::Stdio::piped()).spawn();
    let mut child = child.expect("it starts");
    sleep(Duration::from_secs(4));
    child.kill().expect("it is there");
    let output = child.wait_with_output().expect("its output");
    let rounds = String::from_utf8_lossy(&output.stdout).matches("connections").count();
    assert!(rounds >= 2, "{rounds}");
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let live = Live::new();
    let project = project(&live);
    project.refuses(&["health", "--since", "none.json"], 1, &["cannot read none.json"]);
    project.write("none.json", "{}");
    project.refuses(&["health", "--since", "none.json"], 1, &["none.json is no report of health", "health --save"]);
    project.refuses(&["health", "--database-url", ""], 1, &["no database is given"]);
    project.write("schemagen.toml", "[health]\nignore = [\"index:x\"]\n");
    project.refuses(&["health"], 1, &["[health] ignore: \"index:x\" names no probe", "probe:subject"]);
    project.write("schemagen.toml", "[health]\nidle_secs = 3\n");
    project.refuses(&["health"], 1, &["did you mean idle_seconds?"]);
}
