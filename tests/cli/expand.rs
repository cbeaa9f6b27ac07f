//! Changes in two halves on a live database: old and new side by side, a deploy, and then what is old goes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use crate::support::live::Live;
use crate::support::project::{Outcome, Project};

const BEFORE: &str = "CREATE TABLE orders (\n    id bigint PRIMARY KEY,\n    price int NOT NULL DEFAULT 0,\n    note text,\n    \
    code varchar(10) NOT NULL UNIQUE,\n    CONSTRAINT positive CHECK (price >= 0)\n);\nCREATE INDEX orders_price_idx ON orders (price, id);\n";

/// A project with rows in its table, which counts as large.
fn orders(live: &Live) -> Project {
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(BEFORE);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders SELECT i, i * 2, 'note ' || i, 'c' || i FROM generate_series(1, 300) i");
    project
}

fn declare(project: &Project, old: &str, new: &str) {
    let text = project.read("schema/schema.sql");
    assert!(text.contains(old), "{old}");
    project.write("schema/schema.sql", &text.replace(old, new));
}

fn holds(live: &Live, condition: &str) {
    assert!(live.value::<bool>(&format!("SELECT coalesce(bool_and({condition}), false) FROM orders")), "{condition}");
}

#[test]
fn what_stands_behind_a_migration_that_is_held_back_waits_with_it() {
    let live = Live::new();
    let project = orders(&live);
    declare(&project, "price int", "price bigint");
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    let status = project.run(&["status"]).succeeds();
    assert!(status.stderr.contains("Next: schemagen apply"), "{status}");
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["new", "later"]).succeeds();
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("pending") && status.stdout.contains("held"), "{status}");
    assert!(!status.stderr.contains("Next: schemagen apply"), "{status}");
}

#[test]
fn a_type_changes_in_four_steps() {
    let live = Live::new();
    let project = orders(&live);
    declare(&project, "price int", "price bigint");
    let diff = project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    let (add, migrate, contract) =
        ("002_expand_orders_price.sql", "003_expand_orders_price_part_2.sql", "004_contract_orders_price.sql");
    for it in [add, migrate, contract] {
        assert!(diff.stdout.contains(it), "{diff}");
    }
    assert!(project.read(&format!("migrations/{add}")).contains("ADD COLUMN price_new bigint"));
    let migrate = project.read(&format!("migrations/{migrate}"));
    assert!(migrate.contains("-- schemagen: backfill by id") && migrate.contains("CREATE INDEX CONCURRENTLY"), "{migrate}");
    assert!(project.read(&format!("migrations/{contract}")).contains("-- schemagen: contract of 003"));
    project.run(&["diff", "--exit-code"]).succeeds();

    // 1 and 2: the column is added, and filled.
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(
        applied.stderr.contains("004 Contract orders price is held back") && applied.stderr.contains("schemagen deployed 003"),
        "{applied}"
    );
    project.run(&["diff", "--exit-code"]).succeeds();
    live.run("INSERT INTO orders (id, price, code) VALUES (1000, 7, 'old'); UPDATE orders SET price = price + 1 WHERE id = 1");
    holds(&live, "price_new = price");
    project.refuses(&["apply", "--to", "4", "--yes"], 3, &["is held back", "schemagen deployed 003"]);
    let again = project.run(&["apply", "--yes"]).succeeds();
    assert!(again.stderr.contains("held back") && !again.stdout.contains("applied"), "{again}");
    let status = project.run(&["status"]).succeeds();
    assert!(status.stdout.contains("held") && status.stderr.contains("schemagen deployed 003"), "{status}");

    // 3: the application is deployed.
    project.refuses(&["deployed", "2"], 1, &["no migration waits for a deploy after 002", "schemagen deployed 003"]);
    project.refuses(&["deployed", "9"], 1, &["there is no migration 009"]);
    let deployed = project.run(&["deployed", "003"]).succeeds();
    assert!(deployed.stdout.contains("004 is no longer held back"), "{deployed}");
    assert!(project.read("migrations/logs/003_expand_orders_price_part_2.md").contains("### Deployed"));
    project.refuses(&["deployed", "3"], 1, &["is recorded already"]);

    // 4: what is old goes.
    let applied = project.run(&["apply", "--yes"]).succeeds();
    assert!(applied.stderr.contains("Verified: the database is in the state of 004"), "{applied}");
    live.run("INSERT INTO orders (id, price, code) VALUES (2000, 11, 'new')");
    holds(
        &live,
        "pg_typeof(price) = 'bigint'::regtype AND price = CASE id WHEN 1 THEN 3 WHEN 1000 THEN 7 WHEN 2000 THEN 11 ELSE id * 2 END",
    );
    project.run(&["diff", "--exit-code"]).succeeds();
    let checked = project.run(&["check"]);
    assert!(!checked.stdout.contains("error"), "{checked}");

    // And back: the second half with what was written since, then the first.
    project.run(&["rollback", "--yes"]).succeeds();
    holds(
        &live,
        "pg_typeof(price) = 'integer'::regtype AND price_new = price AND price = CASE id WHEN 1 THEN 3 WHEN 1000 THEN 7 WHEN 2000 THEN 11 ELSE id * 2 END",
    );
    live.run("UPDATE orders SET price = 5 WHERE id = 2");
    holds(&live, "price_new = price");
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    holds(&live, "price = CASE id WHEN 1 THEN 3 WHEN 2 THEN 5 WHEN 1000 THEN 7 WHEN 2000 THEN 11 ELSE id * 2 END");
    project.run(&["apply", "--yes"]).succeeds();
    holds(&live, "price_new = price");
}

#[test]
fn a_direct_change_that_others_wait_for_names_the_way_in_two_halves() {
    let live = Live::new();
    let project = orders(&live);
    declare(&project, "price int", "price bigint");
    let says = |outcome: &Outcome| outcome.stderr.contains("schemagen diff --strategy expand-contract");
    let diff = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(says(&diff), "{diff}");
    let chosen = project.run(&["diff", "--dry-run", "--strategy", "direct"]).succeeds();
    assert!(!says(&chosen), "{chosen}");
    declare(&project, "price bigint", "price int");
    declare(&project, "note text", "note text, added int");
    let harmless = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(!says(&harmless), "{harmless}");
}

#[test]
fn a_column_has_both_names_until_the_deploy() {
    let live = Live::new();
    let project = orders(&live);
    declare(&project, "    note text", "    -- schemagen: renamed from note\n    remark text");
    declare(
        &project,
        "    code varchar(10)",
        "    -- schemagen: expand-contract\n    -- schemagen: renamed from code\n    sku varchar(10)",
    );
    // The hint speaks of one of them only.
    project.run(&["diff", "--name", "names"]).succeeds();
    let contract = project.read("migrations/004_names_contract.sql");
    assert!(contract.contains("DROP COLUMN code") && !contract.contains("note"), "{contract}");
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "INSERT INTO orders (id, code) VALUES (1000, 'old'); INSERT INTO orders (id, sku) VALUES (1001, 'new'); \
        UPDATE orders SET code = 'x' WHERE id = 1; UPDATE orders SET sku = 'y' WHERE id = 2",
    );
    holds(
        &live,
        "sku = code AND sku = CASE id WHEN 1 THEN 'x' WHEN 2 THEN 'y' WHEN 1000 THEN 'old' WHEN 1001 THEN 'new' ELSE 'c' || id END",
    );
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders (id, sku) VALUES (2000, 'later')");
    project.run(&["rollback", "--yes"]).succeeds();
    holds(&live, "sku = code AND remark = 'note ' || id OR id >= 1000 AND sku = code");
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    holds(&live, "code IS NOT NULL AND (id <= 2 OR id > 300 OR code = 'c' || id)");
}

#[test]
fn a_column_goes_after_the_deploy() {
    let live = Live::new();
    let project = orders(&live);
    project.write("schemagen.toml", "strategy = \"expand-contract\"\n");
    declare(&project, "    code varchar(10) NOT NULL UNIQUE,\n", "");
    declare(&project, "    note text,\n", "");
    project.run(&["diff"]).succeeds();
    // Who no longer knows the column must be able to write, and who still does too.
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders (id) VALUES (1000); INSERT INTO orders (id, code) VALUES (1001, 'still')");
    project.run(&["deployed", "2"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(
        live.value::<i64>("SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'code'"),
        0
    );
    project.run(&["rollback", "--yes"]).succeeds();
    holds(&live, "id > 300 OR code = 'c' || id AND note = 'note ' || id");
    project.run(&["diff", "--exit-code"]).succeeds();
}

#[test]
fn a_table_is_reached_under_both_names_until_the_deploy() {
    let live = Live::new();
    let roles = ["expand_reader", "expand_writer"];
    roles.iter().for_each(|it| live.role(it, ""));
    let project = orders(&live);
    let grants = format!("GRANT SELECT, INSERT ON orders TO {};\nGRANT UPDATE (note) ON orders TO {};\n", roles[0], roles[1]);
    declare(&project, "CREATE INDEX", &format!("{grants}CREATE INDEX"));
    project.run(&["diff", "--name", "grants"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let text = project.read("schema/schema.sql").replace("ON orders", "ON \"Order s\"");
    let text = text.replace("CREATE TABLE orders", "-- schemagen: renamed from orders\nCREATE TABLE \"Order s\"");
    project.write("schema/schema.sql", &text.replace("note text", "note text,\n    later int"));
    project.run(&["diff", "--strategy", "expand-contract", "--name", "renamed"]).succeeds();
    let expand = project.read("migrations/003_renamed.sql");
    assert!(expand.contains("RENAME TO \"Order s\"") && expand.contains("CREATE VIEW public.orders"), "{expand}");
    assert!(project.read("migrations/logs/003_renamed.md").contains("a view stands under the old one"));
    assert!(project.read("migrations/004_renamed_contract.sql").contains("DROP VIEW public.orders"));

    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    live.run(&format!(
        "SET ROLE {}; INSERT INTO orders (id, code) VALUES (1000, 'old') ON CONFLICT (id) DO NOTHING; RESET ROLE; \
         SET ROLE {}; UPDATE orders SET note = 'all'; RESET ROLE; DELETE FROM orders WHERE id = 1; \
         INSERT INTO \"Order s\" (id, code, later) VALUES (1001, 'new', 1)",
        roles[0], roles[1]
    ));
    holds(&live, "price = 0 OR id <= 300 AND note = 'all'");
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    live.run("INSERT INTO \"Order s\" (id, code) VALUES (1002, 'later')");
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders"), 302);
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders WHERE price IS NOT NULL"), 302);
    project.run(&["apply", "--yes"]).succeeds();
}

#[test]
fn what_cannot_stand_side_by_side_is_refused_with_the_way_out() {
    let live = Live::new();
    let project = orders(&live);
    let refused = |old: &str, new: &str, words: &[&str]| {
        declare(&project, old, new);
        project.refuses(&["diff", "--strategy", "expand-contract"], 3, words);
        declare(&project, new, old);
    };
    refused(
        "id bigint PRIMARY KEY",
        "id numeric PRIMARY KEY DEFERRABLE",
        &[
            "public.orders.id cannot stand beside its successor: it is part of a primary key that changes too",
            "--strategy direct",
        ],
    );
    refused("note text", "note varchar(3)", &["not every value comes through", "-- schemagen: using"]);
}

#[test]
fn the_old_application_writes_while_it_is_prepared() {
    let live = Live::new();
    let project = orders(&live);
    live.run("INSERT INTO orders SELECT i, i, NULL, 'c' || i FROM generate_series(1001, 20000) i");
    declare(&project, "price int", "price bigint");
    declare(&project, "note text", "-- schemagen: renamed from note\n    remark text");
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    let ended = AtomicBool::new(false);
    let written = scope(|threads| {
        let writer = threads.spawn(|| {
            let mut written = 0;
            while !ended.load(Ordering::Relaxed) {
                live.run("UPDATE orders SET price = price + 1, note = 'w' WHERE id = (SELECT id FROM orders ORDER BY random() LIMIT 1)");
                live.run(&format!("INSERT INTO orders (id, code) VALUES ({}, 'w{written}')", 100_000 + written));
                written += 1;
            }
            written
        });
        let outcome = project.run(&["apply", "--yes"]);
        ended.store(true, Ordering::Relaxed);
        outcome.succeeds();
        writer.join().expect("the writer ends")
    });
    assert!(written > 3, "the writer had {written} turns");
    holds(&live, "price_new = price AND remark IS NOT DISTINCT FROM note");
}

#[test]
fn a_key_gets_a_larger_type_below_the_keys_that_refer_to_it() {
    let live = Live::new();
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(
        "CREATE TABLE device (id serial PRIMARY KEY, parent int REFERENCES device, name text NOT NULL);
CREATE TABLE reading (at int, device int NOT NULL REFERENCES device ON DELETE CASCADE, n int, PRIMARY KEY (device, at));
COMMENT ON CONSTRAINT device_pkey ON device IS 'its key';
COMMENT ON CONSTRAINT reading_device_fkey ON reading IS 'whose reading it is';
",
    );
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "INSERT INTO device (parent, name) SELECT nullif(i - 1, 0), 'd' || i FROM generate_series(1, 200) i; \
              INSERT INTO reading SELECT i, 1 + i % 200, i FROM generate_series(1, 400) i",
    );
    declare(&project, "id serial", "id bigserial");
    declare(&project, "parent int", "parent bigint");
    project.refuses(&["diff", "--strategy", "expand-contract"], 3, &["is referenced by public.device.parent, which changes too"]);
    declare(&project, "parent bigint", "parent int");
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO device (parent, name) VALUES (200, 'old')");
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    live.run("INSERT INTO device (name) VALUES ('new'); DELETE FROM device WHERE id = 201");
    let ids = "SELECT jsonb_build_array(min(id), max(id), count(*), max(pg_typeof(id)::text)) FROM device";
    let told = |r#type: &str| serde_json::json!([1, 202, 201, r#type]);
    assert_eq!(live.value::<serde_json::Value>(ids), told("bigint"));
    assert!(live.value::<bool>("SELECT count(*) = 2 AND bool_and(convalidated) FROM pg_constraint WHERE contype = 'f'"));

    project.run(&["rollback", "--to", "3", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(ids), told("integer"));
    live.run("INSERT INTO device (name) VALUES ('back'); DELETE FROM device WHERE name = 'back'");
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<serde_json::Value>(ids), told("integer"));
    assert_eq!(live.value::<i64>("SELECT count(*) FROM reading"), 400);
    assert_eq!(live.value::<String>("SELECT obj_description(oid) FROM pg_constraint WHERE conname = 'device_pkey'"), "its key");
    let of_foreign = "SELECT obj_description(oid) FROM pg_constraint WHERE conname = 'reading_device_fkey'";
    assert_eq!(live.value::<String>(of_foreign), "whose reading it is");
    project.run(&["apply", "--yes"]).succeeds();

    // A table of which only the old part of the key changes.
    declare(&project, "(at int", "(at bigint");
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO reading VALUES (1000, 2, 3)");
    let newest = project.run(&["status"]).stdout;
    assert!(newest.contains("held"), "{newest}");
}

#[test]
fn an_identity_goes_over_to_the_larger_type_where_it_stands() {
    let live = Live::new();
    let project =
        live.project().declaring("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START WITH 5) PRIMARY KEY, n int);\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t (n) SELECT i FROM generate_series(1, 100) i");
    declare(&project, "id int", "id bigint");
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO t (n) VALUES (101)");
    project.run(&["deployed", "2"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    let newest = || live.value::<serde_json::Value>("SELECT jsonb_build_array(max(id), max(pg_typeof(id)::text), max(n)) FROM t");
    live.run("INSERT INTO t (n) VALUES (102)");
    assert_eq!(newest(), serde_json::json!([106, "bigint", 102]));
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("INSERT INTO t (n) VALUES (103)");
    assert_eq!(newest(), serde_json::json!([107, "integer", 103]));
    project.run(&["rollback", "--yes"]).succeeds();
    live.run("INSERT INTO t (n) VALUES (104)");
    assert_eq!(newest(), serde_json::json!([108, "integer", 104]));
}

#[test]
fn two_columns_become_one_by_an_expression() {
    let live = Live::new();
    let project = orders(&live);
    declare(
        &project,
        "    note text,\n    code varchar(10) NOT NULL UNIQUE,\n",
        "    -- schemagen: new\n    -- schemagen: using code || ': ' || note\n    label text NOT NULL,\n",
    );
    project.run(&["diff", "--strategy", "expand-contract"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    holds(&live, "label = code || ': ' || note");
    // The old application writes the parts, the new one the whole.
    live.run(
        "INSERT INTO orders (id, code, note) VALUES (1000, 'o', 'old'); INSERT INTO orders (id, label) VALUES (1001, 'n: new'); \
         UPDATE orders SET note = 'changed' WHERE id = 1; UPDATE orders SET label = 'changed' WHERE id = 2; \
         UPDATE orders SET price = 1 WHERE id IN (2, 1001)",
    );
    let labels = "label = CASE id WHEN 1 THEN 'c1: changed' WHEN 2 THEN 'changed' WHEN 1000 THEN 'o: old' WHEN 1001 THEN 'n: new' \
                  ELSE 'c' || id || ': note ' || id END";
    holds(&live, labels);
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    holds(&live, labels);
    project.run(&["rollback", "--yes"]).succeeds();
    holds(&live, "code = 'c' || id OR id >= 1000");
    holds(&live, labels);
}

#[test]
fn what_an_expression_leaves_null_is_told_before_it_stops() {
    let live = Live::new();
    let project = orders(&live);
    live.run("UPDATE orders SET note = NULL WHERE id = 7");
    declare(
        &project,
        "    note text,\n",
        "    -- schemagen: new\n    -- schemagen: using upper(note)\n    remark text NOT NULL,\n",
    );
    let diff = project.run(&["diff"]).succeeds();
    assert!(diff.stderr.contains("1 case on live rows stands against NOT NULL of public.orders.remark (id = 7)"), "{diff}");
}
