//! What a comparison says.

use schemagen::database::Database;
use schemagen::rows::{self, Relation, TableVerdict, Verdict};

use super::{on_a_database, tables};

/// The verdict on table `t` when `change` runs between two readings, in words.
async fn verdict(database: &mut Database, change: &str) -> String {
    let before = rows::read(database, &tables(&["t"])).await.expect("reading");
    database.run(change).await.expect(change);
    let after = rows::read_after(database, &tables(&["t"]), &before).await.expect("reading after");
    let verdicts = rows::compare(&before, &after);
    let (columns, lost, added) = match &verdicts[&Relation::new("public", "t")] {
        TableVerdict::Kept { columns, lost, added } => (columns, lost, added),
        other => return format!("{other:?}"),
    };
    let mut words: Vec<String> = Vec::new();
    for it in columns {
        match &it.verdict {
            Verdict::Unchanged => {}
            Verdict::Changed { changed, of, example } => {
                let text = |it: &Option<String>| it.clone().unwrap_or("NULL".to_owned());
                let key = example.key.as_ref().map_or(String::new(), |it| format!(" at {it}"));
                words.push(format!(
                    "{} changed {changed} of {of}{key}: {} to {}",
                    it.column,
                    text(&example.old),
                    text(&example.new)
                ));
            }
            other => words.push(format!("{} {other:?}", it.column)),
        }
    }
    if (*lost, *added) != (0, 0) {
        words.push(format!("-{lost} +{added}"));
    }
    words.join(", ")
}

/// Each change on a table made anew, with the verdict that it must have.
fn verdicts(setup: &str, changes: &[(&str, &str)]) {
    for (change, wanted) in changes {
        on_a_database(setup, async |database| {
            assert_eq!(verdict(database, change).await, *wanted, "{change}");
        });
    }
}

#[test]
fn columns_and_rows_that_come_and_go_are_named() {
    const SETUP: &str = "CREATE TABLE t (id integer PRIMARY KEY, a text, b integer);
        INSERT INTO t VALUES (1, 'one', 1), (2, NULL, 2), (3, 'three', 3)";
    verdicts(
        SETUP,
        &[
            ("SELECT 1", ""),
            ("ALTER TABLE t ADD c integer DEFAULT 1", "c New"),
            ("ALTER TABLE t DROP a", "a Gone"),
            ("DELETE FROM t WHERE id = 2", "-1 +0"),
            ("INSERT INTO t VALUES (4)", "-0 +1"),
            ("UPDATE t SET a = coalesce(a, '') || '!' WHERE id > 1", "a changed 2 of 3 at id = 2: NULL to !"),
            ("UPDATE t SET id = 9 WHERE id = 1", "id changed 1 of 3 at id = 1: 1 to 9"),
            ("ALTER TABLE t DROP id", "id Gone"),
            ("ALTER TABLE t DROP id; UPDATE t SET a = 'x' WHERE b = 1", "id Gone, a changed 1 of 3: one to x"),
            ("DROP TABLE t", "Gone { rows: 3 }"),
        ],
    );
}

#[test]
fn a_type_that_can_hold_the_values_does_not_change_them() {
    const SETUP: &str = "CREATE TABLE t (id integer PRIMARY KEY, i integer, s text, c char(5), ts timestamp, n numeric(10,2), f real, b boolean);
        INSERT INTO t VALUES (1, 1, 'a', 'ab', '2024-01-01 10:00', 1.50, 0.1, true), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL)";
    let to = |column: &str, new: &str| format!("ALTER TABLE t ALTER {column} TYPE {new}");
    for (column, new) in [
        ("id", "bigint"),
        ("id", "numeric(20,3)"),
        ("i", "bigint"),
        ("i", "numeric(10,2)"),
        ("i", "double precision"),
        ("i", "text"),
        ("s", "varchar(5)"),
        ("s", "char(5)"),
        ("c", "text"),
        ("c", "char(9)"),
        ("ts", "timestamptz"),
        ("n", "numeric(12,4)"),
        ("n", "numeric"),
        ("f", "double precision"),
        ("b", "integer USING b::integer"),
        ("b", "text"),
    ] {
        verdicts(SETUP, &[(&to(column, new), "")]);
    }
}

#[test]
fn what_is_cut_or_rounded_shows_with_an_example() {
    const SETUP: &str = "CREATE TABLE t (id integer PRIMARY KEY, s text, n numeric, ts timestamp, i integer);
        INSERT INTO t VALUES (1, 'a', 2, '2024-01-01', 1), (2, 'longer text', 1.6, '2024-01-01 10:30', 2)";
    verdicts(
        SETUP,
        &[
            ("ALTER TABLE t ALTER s TYPE varchar(5) USING s::varchar(5)", "s changed 1 of 2 at id = 2: longer text to longe"),
            ("ALTER TABLE t ALTER n TYPE integer", "n changed 1 of 2 at id = 2: 1.6 to 2"),
            ("ALTER TABLE t ALTER ts TYPE date", "ts changed 1 of 2 at id = 2: 2024-01-01 10:30:00 to 2024-01-01"),
            ("ALTER TABLE t ALTER i TYPE boolean USING i::boolean", "i changed 1 of 2 at id = 2: 2 to true"),
            ("ALTER TABLE t ALTER i TYPE numeric USING i + 0.2", "i changed 2 of 2 at id = 1: 1 to 1.2"),
            ("ALTER TABLE t ALTER i TYPE date USING '2000-01-01'::date + i", "i changed 2 of 2 at id = 1: 1 to 2000-01-02"),
        ],
    );
}

#[test]
fn rows_without_a_key_are_matched_as_they_are() {
    const SETUP: &str = "CREATE TABLE t (a integer, b text, c text);
        INSERT INTO t VALUES (1, 'x', 'p'), (1, 'x', 'p'), (2, 'y', 'q'), (3, 'z', NULL)";
    verdicts(
        SETUP,
        &[
            ("ALTER TABLE t ALTER a TYPE numeric(5,2)", ""),
            ("UPDATE t SET b = 'changed' WHERE a = 2", "b changed 1 of 4: y to changed"),
            ("DELETE FROM t WHERE ctid = '(0,1)'", "-1 +0"),
            ("UPDATE t SET b = CASE a WHEN 2 THEN 'z' WHEN 3 THEN 'y' ELSE b END", "b changed 2 of 4: y to z"),
        ],
    );
}
