//! Changes in two halves, seen by those who write between their files, and after each way back.

use crate::support::live::Live;
use crate::support::project::Project;

const BEFORE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, price int NOT NULL, code text NOT NULL UNIQUE, gone text);\n";

const AFTER: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, price bigint NOT NULL,\n-- schemagen: renamed from code\nsku text NOT NULL UNIQUE);\n";

/// A project in which the first half is applied, to a table with three rows.
fn expanded(live: &Live, large: bool, before: &str, after: &str, rows: &str) -> Project {
    let project = live.project().declaring(before);
    let project = if large { project.with("SCHEMAGEN_ASSUME_LARGE", "1") } else { project };
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(rows);
    project.write("schema/schema.sql", after);
    project.run(&["diff", "--strategy", "expand-contract", "--name", "both"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project
}

#[test]
fn between_the_files_of_the_second_half_no_write_fails_and_none_is_lost() {
    let live = Live::new();
    let rows = "INSERT INTO orders SELECT i, i, 'c' || i, 'g' || i FROM generate_series(1, 3) i";
    let project = expanded(&live, true, BEFORE, AFTER, rows);
    project.run(&["deployed", "3"]).succeeds();
    let write = |number: u32| {
        live.run(&format!(
            "INSERT INTO orders (id, price, sku) VALUES ({number}, {number}, 'n{number}') \
             ON CONFLICT (sku) DO UPDATE SET price = excluded.price; UPDATE orders SET price = {number}, sku = 'u{number}' WHERE id = 1"
        ));
    };
    let in_step = "SELECT count(*) FROM orders WHERE code IS DISTINCT FROM sku OR price_new IS DISTINCT FROM price";
    for number in [100, 110] {
        // The copy for the rollback is made, and all the rest is as before.
        project.run(&["apply", "--to", "4", "--yes"]).succeeds();
        write(number);
        assert_eq!(live.value::<i64>(in_step), 0);
        project.run(&["apply", "--to", "5", "--yes"]).succeeds();
        write(number + 1);
        project.run(&["rollback", "--to", "4", "--yes"]).succeeds();
        write(number + 2);
        assert_eq!(live.value::<i64>(in_step), 0);
        project.run(&["rollback", "--to", "3", "--yes"]).succeeds();
        write(number + 3);
        assert_eq!(live.value::<i64>(in_step), 0);
        let last = format!("SELECT count(*) FROM orders WHERE price = {0} AND sku IN ('u{0}', 'n{0}')", number + 3);
        assert_eq!(live.value::<i64>(&last), 2);
    }
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders WHERE gone = 'g' || id"), 3);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders"), 11);
}

#[test]
fn what_logical_replication_writes_is_kept_in_step_too() {
    for large in [true, false] {
        let live = Live::new();
        let project = expanded(&live, large, BEFORE, AFTER, "INSERT INTO orders VALUES (1, 1, 'a')");
        // As its workers do.
        live.run("SET session_replication_role = replica; INSERT INTO orders VALUES (2, 2, 'b'); RESET session_replication_role");
        let in_step = "SELECT count(*) FROM orders WHERE code = sku AND price_new = price";
        assert_eq!(live.value::<i64>(in_step), 2, "large: {large}");
        project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
        assert_eq!(live.value::<i64>("SELECT count(*) FROM orders"), 2);
    }
}

#[test]
fn what_was_written_since_counts_more_than_what_a_conversion_lost() {
    let before = "CREATE TABLE prices (id bigint PRIMARY KEY, price numeric(10,2) NOT NULL);\n";
    let after =
        "CREATE TABLE prices (id bigint PRIMARY KEY,\n-- schemagen: using round(price)::bigint\nprice bigint NOT NULL);\n";
    for large in [true, false] {
        let live = Live::new();
        let project = expanded(&live, large, before, after, "INSERT INTO prices SELECT i, i + 0.25 FROM generate_series(1, 3) i");
        let half = if large { "3" } else { "2" };
        project.run(&["deployed", half]).succeeds();
        project.run(&["apply", "--yes"]).succeeds();
        live.run("UPDATE prices SET price = 70 WHERE id = 1; INSERT INTO prices VALUES (4, 80)");
        project.run(&["rollback", "--to", half, "--yes"]).succeeds();
        let prices = live.value::<Vec<f64>>("SELECT jsonb_agg(price ORDER BY id) FROM prices");
        assert_eq!(prices, [70.0, 2.25, 3.25, 80.0], "large: {large}");
    }
}

#[test]
fn what_stands_on_the_new_goes_before_what_fills_it() {
    let live = Live::new();
    let project = expanded(&live, true, BEFORE, AFTER, "INSERT INTO orders VALUES (1, 1, 'a')");
    let text = project.read("migrations/rollbacks/003_rollback.sql");
    let place = |it: &str| text.find(it).unwrap_or_else(|| panic!("{it}: {text}"));
    for (column, filled) in [("sku", "code"), ("price_new", "price")] {
        let fills = place(&format!("DROP TRIGGER IF EXISTS zz_schemagen_{filled} "));
        assert!(place(&format!("ALTER COLUMN {column} DROP NOT NULL")) < fills, "{text}");
    }
}

#[test]
fn the_way_back_of_a_key_locks_who_refers_to_it_first() {
    let live = Live::new();
    let child = "CREATE TABLE items (id bigint PRIMARY KEY, order_id int NOT NULL REFERENCES orders);\n";
    let of = |integer: &str| format!("CREATE TABLE orders (id {integer} PRIMARY KEY, note text);\n{child}");
    let project = expanded(&live, true, &of("int"), &of("bigint"), "INSERT INTO orders VALUES (1)");
    let text = project.read("migrations/rollbacks/004_rollback.sql");
    let locked = text.find("LOCK TABLE ONLY public.items IN ACCESS EXCLUSIVE MODE");
    assert!(locked.is_some_and(|it| it < text.find("ALTER TABLE").unwrap_or(0)), "{text}");
}

#[test]
fn a_trigger_on_updates_of_a_renamed_column_answers_to_both_names() {
    let live = Live::new();
    let own = |code: &str, memo: &str| {
        format!(
            "CREATE TABLE told (what text);\nCREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO told VALUES (TG_NAME); RETURN NULL; END $$;\n\
             CREATE TRIGGER one AFTER INSERT OR UPDATE OF {memo}, {code} ON orders FOR EACH ROW EXECUTE FUNCTION told();\n\
             CREATE TRIGGER other AFTER UPDATE OF {code} ON orders FOR EACH ROW EXECUTE FUNCTION told();\n\
             ALTER TABLE orders ENABLE ALWAYS TRIGGER other;\n"
        )
    };
    let before = format!("CREATE TABLE orders (id bigint PRIMARY KEY, code text, memo text);\n{}", own("code", "memo"));
    let after = format!(
        "CREATE TABLE orders (id bigint PRIMARY KEY,\n-- schemagen: renamed from code\nsku text,\n-- schemagen: renamed from memo\n\
         remark text);\n{}",
        own("sku", "remark")
    );
    let project = expanded(&live, true, &before, &after, "INSERT INTO orders VALUES (1, 'a', 'b')");
    assert_eq!(live.value::<i64>("SELECT count(*) FROM told"), 1, "the new columns are filled before");
    let told = |update: &str| {
        live.run(&format!("TRUNCATE told; UPDATE orders SET {update} WHERE id = 1"));
        live.value::<Vec<String>>("SELECT coalesce(jsonb_agg(what ORDER BY what), '[]') FROM told")
    };
    for (column, names) in
        [("code", vec!["one", "other"]), ("sku", vec!["one", "other"]), ("memo", vec!["one"]), ("remark", vec!["one"])]
    {
        assert_eq!(told(&format!("{column} = 'x'")), names, "{column}");
    }
    let status = project.run(&["status"]).succeeds().stderr;
    let held = status.split("schemagen deployed ").nth(1).and_then(|it| it.get(..3)).unwrap_or_default().to_owned();
    project.run(&["deployed", &held]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    assert_eq!(told("sku = 'y'"), ["one", "other"]);
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(told("code = 'z'"), ["one", "other"]);
}
