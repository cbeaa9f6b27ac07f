//! Tests of what is found in bodies.

use serde_json::json;

use super::*;
use crate::catalog::Object;

fn object(kind: &str, path: &[&str], parent: Option<Id>, attrs: serde_json::Value) -> Object {
    Object { id: Id::new(kind, path), parent, attrs }
}

fn routine(name: &str, types: &str, head: &str, body: &str) -> Object {
    let language = if head.contains("LANGUAGE sql") { "sql" } else { "plpgsql" };
    let arguments: Vec<_> = types
        .split(", ")
        .filter(|it| !it.is_empty())
        .map(|it| json!({"mode": "i", "name": null, "type": it, "default": null}))
        .collect();
    let attrs = json!({
        "kind": "f", "language": language, "arguments": arguments, "returns": "text", "returns_set": false, "source": body, "body": null,
        "config": [], "_identity": types, "_definition": format!("CREATE OR REPLACE FUNCTION public.{name}{head}\nAS $function${body}$function$\n"),
    });
    object("function", &["public", name, types], None, attrs)
}

fn table(name: &str, columns: &[(&str, &str)]) -> Vec<Object> {
    let id = Id::new("table", &["public", name]);
    let column = |it: &(&str, &str)| object("column", &["public", name, it.0], Some(id.clone()), json!({"type": it.1}));
    columns.iter().map(column).chain([object("table", &["public", name], None, json!({}))]).collect()
}

fn catalog(objects: Vec<Vec<Object>>) -> Catalog {
    objects.into_iter().flatten().fold(Catalog::default(), Catalog::with)
}

fn compared(from: &Catalog, to: &Catalog) -> Vec<String> {
    findings(from, to, &crate::diff::diff(from, to))
}

/// What is found in a body when `orders.legacy` goes, `orders.total` is another type, and the table `gone` and `f(integer)` go.
fn found(head: &str, body: &str) -> Vec<String> {
    let it = || vec![routine("it", "", head, body)];
    let enumerated = |labels: &[&str]| vec![object("enum_type", &["public", "status"], None, json!({"labels": labels}))];
    let from = catalog(vec![
        it(),
        table("orders", &[("id", "integer"), ("legacy", "text"), ("total", "integer"), ("state", "public.status")]),
        table("others", &[("id", "integer"), ("legacy", "text")]),
        table("gone", &[("id", "integer")]),
        vec![routine("f", "integer", "(integer)\n RETURNS text\n LANGUAGE sql", "SELECT 1")],
        enumerated(&["new", "old"]),
    ]);
    let to = catalog(vec![
        it(),
        table("orders", &[("id", "integer"), ("total", "bigint"), ("state", "public.status")]),
        table("others", &[("id", "integer"), ("legacy", "text")]),
        enumerated(&["new"]),
    ]);
    compared(&from, &to)
        .iter()
        .map(|it| it.trim_start_matches("function public.it(), ").replace("which this migration ", ""))
        .collect()
}

const SQL: &str = "()\n RETURNS text\n LANGUAGE sql";
const PLPGSQL: &str = "()\n RETURNS text\n LANGUAGE plpgsql";
const TRIGGER: &str = "()\n RETURNS trigger\n LANGUAGE plpgsql";

#[test]
fn sql_names_columns_tables_and_functions() {
    assert_eq!(found(SQL, "\n  SELECT legacy\n    FROM orders"), ["line 2, reads public.orders.legacy, drops"]);
    assert_eq!(found(SQL, "SELECT o.legacy FROM public.orders o"), ["line 1, reads public.orders.legacy, drops"]);
    assert_eq!(
        found(SQL, "SELECT 1;\nSELECT f(1)\nFROM gone"),
        ["line 2, calls public.f(integer), drops", "line 3, uses public.gone, drops"]
    );
    assert_eq!(found(SQL, "UPDATE orders SET total = 1"), ["line 1, writes public.orders.total, changes from integer to bigint"]);
    assert_eq!(found(SQL, "INSERT INTO orders (legacy) VALUES ('a')"), ["line 1, writes public.orders.legacy, drops"]);
    assert_eq!(found(SQL, "INSERT INTO orders VALUES (1, 'a')"), ["line 1, fills by position public.orders.legacy, drops"]);
}

#[test]
fn an_insert_without_names_counts_on_the_place_of_a_new_column() {
    let places = |columns: &[(&str, i64)]| {
        let mut all = table("orders", &columns.iter().map(|it| (it.0, "integer")).collect::<Vec<_>>());
        for (column, place) in columns {
            let column = all.iter_mut().find(|it| it.id.path.last().is_some_and(|it| it == column)).unwrap();
            column.attrs["_position"] = json!(place);
        }
        all
    };
    let body = || vec![routine("g", "", SQL, "INSERT INTO orders VALUES (1, 2, 3); SELECT early FROM orders")];
    let from = catalog(vec![places(&[("id", 1), ("total", 2)]), body()]);
    let to = catalog(vec![places(&[("id", 1), ("early", 2), ("total", 3), ("late", 4)]), body()]);
    assert_eq!(
        compared(&from, &to),
        [
            "function public.g(), line 1, fills by position public.orders.early, which this migration adds after the columns that are there"
        ]
    );
}

#[test]
fn comments_strings_and_other_tables_raise_no_alarm() {
    for body in [
        "SELECT 'legacy gone f(1)' /* gone */ FROM orders -- legacy",
        "SELECT legacy FROM others",
        "WITH gone AS (SELECT 1 AS legacy) SELECT legacy FROM gone",
        "SELECT f(1, 2)",
        "SELECT o.legacy FROM orders, others o",
        "SELECT gone FROM other.gone",
        "SELECT 'old'",
    ] {
        assert_eq!(found(SQL, body), Vec::<String>::new(), "{body}");
    }
    assert_eq!(
        found(PLPGSQL, "BEGIN RAISE NOTICE 'gone legacy %', 'orders'; RETURN 'select * from gone'; END"),
        Vec::<String>::new()
    );
}

#[test]
fn a_column_of_that_name_elsewhere_makes_it_a_guess() {
    let body = "SELECT legacy FROM others WHERE id IN (SELECT id FROM orders)";
    assert_eq!(found(SQL, body), ["line 1, may read public.orders.legacy, drops"]);
}

#[test]
fn plpgsql_is_read_with_the_lines_of_its_statements() {
    let body = "\nDECLARE\n  r orders%ROWTYPE;\n  x text;\nBEGIN\n  SELECT legacy, id INTO x, x\n    FROM orders;\n  r.legacy := 1;\n\
                FOR r IN SELECT * FROM orders LOOP\n    PERFORM f(1);\n  END LOOP;\n  IF EXISTS (\n    SELECT FROM gone) THEN NULL; END IF;\n  RETURN x;\nEND";
    assert_eq!(
        found(PLPGSQL, body),
        [
            "line 6, reads public.orders.legacy, drops",
            "line 8, writes public.orders.legacy, drops",
            "line 10, calls public.f(integer), drops",
            "line 13, uses public.gone, drops"
        ]
    );
}

#[test]
fn variables_have_the_rows_of_tables() {
    let body = "DECLARE r record; BEGIN FOR r IN SELECT * FROM orders LOOP\n RETURN r.legacy; END LOOP; END";
    assert_eq!(found(PLPGSQL, body), ["line 2, reads public.orders.legacy, drops"]);
    let body = "DECLARE o public.orders;\n g gone;\n t orders.legacy%TYPE; BEGIN RETURN o.legacy; END";
    let expected = [
        "line 2, names public.gone, drops",
        "line 3, reads public.orders.legacy, drops",
        "line 3, takes the type of public.orders.legacy, drops",
    ];
    assert_eq!(found(PLPGSQL, body), expected);
    assert_eq!(found("(o orders)\n RETURNS text\n LANGUAGE plpgsql", "BEGIN RETURN o.legacy; END").len(), 1);
    assert_eq!(
        found(PLPGSQL, "DECLARE legacy int; BEGIN SELECT legacy INTO legacy FROM orders; RETURN 1; END"),
        Vec::<String>::new()
    );
}

#[test]
fn a_trigger_has_rows_of_its_table() {
    let mut from = catalog(vec![
        table("orders", &[("legacy", "text")]),
        vec![routine("it", "", TRIGGER, "\nBEGIN\n  NEW.legacy := OLD.legacy;\n RETURN NEW;\nEND")],
    ]);
    let mut to = from.clone();
    let id = Id::new("trigger", &["public", "orders", "t"]);
    for state in [&mut from, &mut to] {
        let trigger = Object { id: id.clone(), parent: Some(Id::new("table", &["public", "orders"])), attrs: json!({}) };
        state.objects.insert(id.clone(), trigger);
        state.needs.insert(id.clone(), [Id::new("function", &["public", "it", ""])].into());
    }
    to.objects.remove(&Id::new("column", &["public", "orders", "legacy"]));
    assert_eq!(
        compared(&from, &to),
        [
            "function public.it(), line 3, reads public.orders.legacy, which this migration drops",
            "function public.it(), line 3, writes public.orders.legacy, which this migration drops"
        ]
    );
}

#[test]
fn what_is_run_from_strings_is_read_where_it_is_sql() {
    let run = |it: &str| found(PLPGSQL, &format!("DECLARE x text; q text; BEGIN\n {it}; RETURN x; END"));
    assert_eq!(run("EXECUTE 'SELECT legacy FROM orders WHERE id = ' || x INTO x"), ["line 2, reads public.orders.legacy, drops"]);
    assert_eq!(run("EXECUTE format('SELECT %I FROM gone WHERE a = %L', x, x)"), ["line 2, uses public.gone, drops"]);
    assert_eq!(run("q := 'SELECT 1 FROM gone'; EXECUTE q"), ["line 2, uses public.gone, drops"]);
    assert_eq!(
        run("EXECUTE x || ' gone, orders legacy'"),
        ["line 2, may name public.gone, drops", "line 2, may name public.orders.legacy, drops"]
    );
    assert_eq!(run("q := 'gone'; EXECUTE 'SELECT ''gone'''"), Vec::<String>::new());
}

#[test]
fn a_label_counts_where_its_type_is() {
    assert_eq!(found(SQL, "SELECT 'old'::status"), ["line 1, names the label 'old' of public.status, removes"]);
    assert_eq!(
        found(SQL, "SELECT FROM orders WHERE state = 'old'"),
        ["line 1, may name the label 'old' of public.status, removes"]
    );
    assert_eq!(found(SQL, "SELECT 'old' FROM orders"), Vec::<String>::new());
}

#[test]
fn names_without_a_schema_are_looked_up_in_the_search_path_of_the_routine() {
    let other = || object("table", &["archive", "gone"], None, json!({}));
    let of = |config: &str| {
        let mut it = routine("it", "", SQL, "SELECT FROM gone");
        if !config.is_empty() {
            it.attrs["config"] = json!([config]);
        }
        let to = catalog(vec![vec![it, other()]]);
        compared(&table("gone", &[]).into_iter().fold(to.clone(), Catalog::with), &to)
    };
    assert_eq!(of(""), ["function public.it(), line 1, uses public.gone or another gone, which this migration drops"]);
    assert_eq!(of("search_path=archive, public"), Vec::<String>::new());
    assert_eq!(of("search_path=public, archive").len(), 1);
    assert_eq!(of("search_path=\"\""), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_searched_for_words() {
    assert_eq!(found(PLPGSQL, "BEGIN\n PERFORM 1 FROM gone WHERE; -- gone\nEND"), ["line 2, may name public.gone, drops"]);
}
