//! The second half of a change is taken back on a live database while others read and write.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use crate::support::live::Live;
use crate::support::project::Project;

/// Rows of that price take their time in an index while they have the old type.
const SLOW: &str = "CREATE FUNCTION slow(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1;
CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF $1 = 77777 THEN
        PERFORM pg_sleep(0.01);
    END IF;
    RETURN $1;
END $$;
";

fn schema(price: &str, code: &str) -> String {
    format!(
        "{SLOW}CREATE TABLE orders (\n    id bigint PRIMARY KEY,\n    price {price} NOT NULL DEFAULT 0,\n{code} text NOT NULL UNIQUE,\n    \
         CONSTRAINT positive CHECK (price >= 0)\n);\nCREATE INDEX orders_price_idx ON orders (slow(price));\n\
         CREATE VIEW cheap AS SELECT id, price FROM orders WHERE price < 10;\n"
    )
}

/// A project in which the second half of both changes is applied, to a table with 300 rows that counts as large.
fn contracted(live: &Live) -> Project {
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(&schema("int", "    code"));
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run("INSERT INTO orders SELECT i, 77777, 'c' || i FROM generate_series(1, 300) i");
    project.write("schema/schema.sql", &schema("bigint", "    -- schemagen: renamed from code\n    sku"));
    project.run(&["diff", "--strategy", "expand-contract", "--name", "both"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["deployed", "3"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project
}

#[test]
fn the_second_half_is_taken_back_while_others_read_and_write() {
    let live = Live::new();
    let project = contracted(&live);
    let text = project.read("migrations/rollbacks/004_rollback.sql");
    let words =
        ["-- schemagen: backfill by id", "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_price_idx_old", "VALIDATE CONSTRAINT"];
    assert!(words.iter().all(|it| text.contains(it)), "{text}");
    let (ended, written) = (AtomicBool::new(false), AtomicU32::new(0));
    let longest = |statement: &dyn Fn(u32) -> String| {
        let mut longest = Duration::ZERO;
        for number in 1.. {
            if ended.load(Ordering::Relaxed) {
                break;
            }
            let start = Instant::now();
            live.run(&statement(number));
            longest = longest.max(start.elapsed());
        }
        longest
    };
    let write = |number: u32| {
        written.store(number, Ordering::Relaxed);
        format!(
            "INSERT INTO orders (id, price, sku) VALUES (1000 + {number}, {number}, 'n{number}'); UPDATE orders SET price = {number} WHERE id = 7"
        )
    };
    let (took, waited) = scope(|threads| {
        let others = [
            threads.spawn(|| longest(&|_| "SELECT count(*) FROM orders WHERE id = 7".to_owned())),
            threads.spawn(|| longest(&write)),
        ];
        let start = Instant::now();
        let back = project.run(&["rollback", "--yes"]);
        ended.store(true, Ordering::Relaxed);
        back.succeeds();
        (start.elapsed(), others.map(|it| it.join().expect("it ends")))
    });
    assert!(took > Duration::from_secs(3), "the index took no time: {took:?}");
    assert!(waited.iter().all(|it| *it < Duration::from_millis(1500)), "others have waited for {waited:?} of {took:?}");
    // What was written meanwhile is in both, and both go on together.
    live.run("UPDATE orders SET price = 3 WHERE id = 8; UPDATE orders SET sku = 'new' WHERE id = 9");
    let written = written.into_inner();
    let wrong = "SELECT count(*) FROM orders WHERE price_new IS DISTINCT FROM price OR code IS DISTINCT FROM sku \
        OR pg_typeof(price) <> 'integer'::regtype OR price <> CASE WHEN id > 1000 THEN id - 1000 WHEN id = 8 THEN 3 WHEN id = 7 THEN price ELSE 77777 END";
    assert_eq!(live.value::<i64>(wrong), 0);
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders"), 300 + i64::from(written));
    assert_eq!(live.value::<i64>("SELECT price::bigint FROM orders WHERE id = 7"), i64::from(written));
    assert_eq!(live.value::<i64>("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%_back'"), 0);
    let status = project.run(&["apply", "--yes"]).succeeds();
    assert!(status.stderr.contains("held back") || status.stderr.contains("Verified"), "{status}");
    project.run(&["rollback", "--to", "1", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders WHERE price = 77777"), 298);
}

#[test]
fn a_value_that_does_not_come_back_stops_the_rollback_before_anything_is_done() {
    let live = Live::new();
    let project = contracted(&live);
    live.run("INSERT INTO orders VALUES (2000, 3000000000, 'much')");
    let failed = project.run(&["rollback", "--yes"]);
    assert!(failed.status == Some(1) && failed.stderr.contains("integer out of range"), "{failed}");
    let left = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname IN ('price_old', 'code')";
    assert_eq!(live.value::<i64>(left), 0);
    // Writers are not held to the old type either.
    live.run("INSERT INTO orders VALUES (2001, 3000000001, 'more'); DELETE FROM orders WHERE price > 77777");
    project.run(&["rollback", "--yes"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM orders WHERE price = price_new AND code = sku"), 300);
}
