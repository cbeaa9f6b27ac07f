//! Columns of partitioned tables in two halves.

use crate::support::live::Live;

const ORDERS: &str = "CREATE TABLE o (
    id bigint, at int, gone text NOT NULL,
    price int NOT NULL DEFAULT 3 CHECK (price > 0),
    note text,
    PRIMARY KEY (id, at), CONSTRAINT o_u UNIQUE (price, at)
) PARTITION BY RANGE (at);
CREATE TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (at);
CREATE TABLE o_1_1 PARTITION OF o_1 FOR VALUES FROM (0) TO (10);
CREATE TABLE o_2 PARTITION OF o FOR VALUES FROM (10) TO (20);
CREATE INDEX o_n ON o (note);
COMMENT ON COLUMN o.price IS 'cents';
";

#[test]
fn columns_of_a_partitioned_table_change_in_two_halves() {
    let live = Live::new();
    let project = live.project().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(ORDERS);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(
        "INSERT INTO o SELECT i, i % 20, 'g' || i, i, CASE WHEN i % 3 > 0 THEN 'n' || i END FROM generate_series(1, 3000) i",
    );
    let renamed = "-- schemagen: renamed from note\n    remark text";
    let after = ORDERS.replace("price int", "price bigint").replace("note text", renamed).replace("(note)", "(remark)");
    project.write("schema/schema.sql", &after.replace(" gone text NOT NULL,", ""));
    let diff = project.run(&["diff", "--strategy", "expand-contract", "--name", "wide"]).succeeds();
    assert!(diff.stderr.contains("public.o_1_1.gone: gone; after the rollback: unchanged"), "{diff}");
    let fill = project.read("migrations/003_wide_part_2.sql");
    assert!(fill.contains("-- schemagen: backfill by id, at") && fill.contains("CREATE INDEX CONCURRENTLY"), "{fill}");

    project.run(&["apply", "--yes"]).succeeds();
    let in_step = "SELECT count(*) FROM o WHERE price_new = price AND remark IS NOT DISTINCT FROM note";
    assert_eq!(live.value::<i64>(in_step), 3000);
    // The old application, and beside it the new one.
    live.run(
        "INSERT INTO o (id, at, gone, price, note) VALUES (4000, 1, 'g', 4000, 'old'); UPDATE o SET price = 5000 WHERE id = 2",
    );
    live.run("INSERT INTO o (id, at, price, remark) VALUES (4001, 11, 4001, 'new'); UPDATE o SET remark = 'x' WHERE id = 3");
    assert_eq!(live.value::<i64>(in_step), 3002);
    assert_eq!(live.value::<String>("SELECT string_agg(note, ',' ORDER BY id) FROM o WHERE id IN (3, 4000, 4001)"), "x,old,new");
    project.run(&["deployed", "003"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    project.run(&["diff", "--exit-code"]).succeeds();
    assert_eq!(live.value::<i64>("SELECT count(*) FROM o WHERE price > 0 AND (remark IS NULL OR remark <> '')"), 3002);
    live.run("INSERT INTO o (id, at, price, remark) VALUES (4002, 12, 4002, 'since')");
    project.run(&["rollback", "--to", "2", "--yes"]).succeeds();
    let told = "SELECT count(*) FILTER (WHERE price = id OR id = 2) || ' ' || count(note) || ' ' || count(gone) FROM o";
    assert_eq!(live.value::<String>(told), "3003 2004 3001");
    live.run("UPDATE o SET gone = '' WHERE gone IS NULL");
    project.run(&["rollback", "--to", "0", "--yes"]).succeeds();
}

#[test]
fn what_says_where_a_row_is_stored_cannot_stand_beside_its_successor() {
    let live = Live::new();
    let project = live.project().declaring(ORDERS);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let refused = |after: &str, flags: &[&str], words: &str| {
        project.write("schema/schema.sql", after);
        let all = [&["diff", "--strategy", "expand-contract"], flags].concat();
        project.refuses(&all, 3, &[words, "--strategy direct"]);
    };
    let of_key = "cannot stand beside its successor: it is part of a partitioned table's primary key";
    refused(&ORDERS.replace("id bigint", "id numeric"), &[], &format!("public.o.id {of_key}"));
    let without = ORDERS.replace("PRIMARY KEY (id, at), CONSTRAINT o_u UNIQUE (price, at)", "CHECK (price < 9)");
    project.write("schema/schema.sql", &without);
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    let renamed = without.replace("at int", "moment int").replace("(at)", "(moment)");
    let words = "no trigger can keep public.o.at in line: its table is partitioned by it";
    refused(&renamed, &["--rename", "public.o.at=moment"], words);
}
