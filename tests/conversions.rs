//! What is said of a conversion, against values tried one by one: every pair of types that PostgreSQL can cast, by itself or by `USING`,
//! and types of other lengths and precisions.
//!
//! The values here are chosen apart from those the program tries, and carried by assignments into real columns and back.

use std::collections::{BTreeMap, BTreeSet};

use schemagen::conversions::{self, Tally};
use schemagen::database::Database;
use schemagen::engine;
use schemagen::kinds::Conditions;
use schemagen::plan::plan;
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::source;
use schemagen::sql;

use crate::support::server::{RUNTIME, server};

/// Pairs of base types with a cast; what is internal, or an identity of one database, is no type for a column.
const CASTS: &str = "SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(format_type(s.oid, NULL), format_type(t.oid, NULL))), '[]')
    FROM (SELECT castsource AS source, casttarget AS target FROM pg_cast
          UNION SELECT oid, 'text'::regtype FROM pg_type UNION SELECT 'text'::regtype, oid FROM pg_type) c
    JOIN pg_type s ON s.oid = c.source JOIN pg_type t ON t.oid = c.target
    WHERE s.oid <> t.oid AND s.typtype IN ('b', 'r', 'm') AND t.typtype IN ('b', 'r', 'm') AND s.typelem = 0 AND t.typelem = 0
      AND s.oid < 16384 AND t.oid < 16384 AND s.typnamespace = 'pg_catalog'::regnamespace AND t.typnamespace = 'pg_catalog'::regnamespace
      AND NOT (ARRAY[s.typname, t.typname]::text[] && ARRAY['pg_node_tree', 'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list',
        'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary', 'aclitem', 'gtsvector', 'refcursor', 'txid_snapshot', 'pg_snapshot'])
      AND s.typname !~ '^reg' AND t.typname !~ '^reg'";

/// The same type in other sizes, and arrays.
const SIZES: &[(&str, &str)] = &[
    ("text", "character varying(5)"),
    ("character varying(10)", "character varying(5)"),
    ("character varying(5)", "character varying(10)"),
    ("character varying(5)", "text"),
    ("text", "character(4)"),
    ("character(4)", "text"),
    ("character(4)", "character(8)"),
    ("character(8)", "character(4)"),
    ("numeric", "numeric(6,2)"),
    ("numeric(10,4)", "numeric(10,2)"),
    ("numeric(6,2)", "numeric(8,2)"),
    ("numeric(8,2)", "numeric(6,2)"),
    ("numeric(6,2)", "integer"),
    ("numeric(4,0)", "integer"),
    ("numeric(6,2)", "numeric"),
    ("integer", "numeric(4,0)"),
    ("timestamp without time zone", "timestamp(0) without time zone"),
    ("timestamp(0) without time zone", "timestamp without time zone"),
    ("time without time zone", "time(0) without time zone"),
    ("interval", "interval(0)"),
    ("interval", "interval day"),
    ("bit(3)", "bit(5)"),
    ("bit varying(5)", "bit varying(3)"),
    ("bit varying(3)", "bit varying(5)"),
    ("integer[]", "bigint[]"),
    ("bigint[]", "integer[]"),
    ("text[]", "character varying(2)[]"),
];

/// Texts that one type or another reads as a value.
const TEXTS: &[&str] = &[
    "",
    "a",
    " a",
    "abc  ",
    "abcdef",
    "héllo wörld",
    "1",
    "0",
    "-1",
    "12.50",
    "-0.005",
    "99.999",
    "127",
    "255",
    "1234",
    "32768",
    "40000",
    "16777217",
    "2147483647",
    "2147483648",
    "9007199254740993",
    "9223372036854775807",
    "123456789012345678901234567890",
    "1e-20",
    "0.1",
    "1e300",
    "NaN",
    "Infinity",
    "-Infinity",
    "t",
    "false",
    "2024-02-29",
    "1999-12-31 23:59:59.999999",
    "2024-02-29 12:00:00",
    "epoch",
    "infinity",
    "12:34:56.789",
    "00:00:00",
    "24:00:00",
    "12:00:00+02",
    "1 day",
    "1 mon 2 days 03:04:05.678",
    "-3 hours",
    "1 year",
    "{\"a\": 1}",
    "{\"b\":2,\"a\":1,\"a\":3}",
    "[1, 2]",
    "null",
    "\"x\"",
    "3",
    "1.0",
    "true",
    "(1,2)",
    "(0.5,-3)",
    "[(0,0),(1,1)]",
    "(2,2),(0,0)",
    "((0,0),(4,0),(4,3))",
    "[(0,0),(1,1),(2,0)]",
    "<(0,0),5>",
    "{1,2,-3}",
    "192.168.0.1",
    "192.168.0.1/24",
    "10.0.0.0/8",
    "::1",
    "08:00:2b:01:02:03",
    "08:00:2b:01:02:03:04:05",
    "08:00:2b:ff:fe:03:04:05",
    "101",
    "10101",
    "<a/>",
    "x<b>y</b>",
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "\\x00ff",
    "$1,234.56",
    "12.345",
    "[1,5)",
    "empty",
    "{[1,3),[5,9)}",
    "a:1 b:2",
    "cat & dog",
    "0/16B3748",
    "(0,1)",
    "{a,bc,NULL}",
    "{abc,d}",
    "{2147483648}",
    "{1}",
    "[2024-01-01,2024-02-01)",
    "(,3.5]",
    "x'",
    "1,2",
    "$.a[*]",
    "é",
    "<",
    "5874897-12-31",
    "{[2024-01-01,2024-02-01)}",
    "{[\"2024-01-01 00:00:00\",\"2024-02-01 00:00:00\")}",
    "{[\"2024-01-01 00:00:00+00\",\"2024-02-01 00:00:00+00\")}",
];

/// What became of values that were carried there and back; `total` are those that the source type reads.
async fn tried(database: &mut Database, source: &str, target: &str, using: &str) -> Option<Tally> {
    let values: Vec<String> = TEXTS.iter().map(|it| sql::literal(it)).collect();
    let block = format!(
        "
DECLARE
    source_text text;
    total int := 0;
    changed int := 0;
    refused int := 0;
    is_same boolean;
BEGIN
    DROP TABLE IF EXISTS one, two, three;
    CREATE TEMP TABLE one (value {source});
    CREATE TEMP TABLE two (value {target});
    CREATE TEMP TABLE three (value {source});
    FOREACH source_text IN ARRAY ARRAY[{}]::text[] LOOP
        TRUNCATE one, two, three;
        BEGIN
            EXECUTE 'INSERT INTO one VALUES (' || quote_literal(source_text) || ')';
        EXCEPTION WHEN OTHERS THEN
            CONTINUE;
        END;
        total := total + 1;
        BEGIN
            INSERT INTO two SELECT {using} FROM one;
        EXCEPTION WHEN OTHERS THEN
            refused := refused + 1;
            CONTINUE;
        END;
        BEGIN
            INSERT INTO three SELECT value FROM two;
        EXCEPTION WHEN OTHERS THEN
            BEGIN
                EXECUTE 'INSERT INTO three SELECT value::{source} FROM two';
            EXCEPTION WHEN OTHERS THEN
                BEGIN
                    EXECUTE 'INSERT INTO three SELECT value::text::{source} FROM two';
                EXCEPTION WHEN OTHERS THEN
                    BEGIN
                        EXECUTE 'INSERT INTO three SELECT value::numeric::{source} FROM two';
                    EXCEPTION WHEN OTHERS THEN
                        changed := changed + 1;
                        CONTINUE;
                    END;
                END;
            END;
        END;
        SELECT one.value::text IS NOT DISTINCT FROM three.value::text INTO is_same FROM one, three;
        IF NOT is_same AND (SELECT typcategory = 'N' FROM pg_type WHERE oid = (SELECT pg_typeof(value) FROM one)) THEN
            EXECUTE 'SELECT one.value = three.value FROM one, three' INTO is_same;
        END IF;
        changed := changed + (NOT is_same)::int;
    END LOOP;
    PERFORM set_config('test.tally', jsonb_build_object('total', total, 'changed', changed, 'refused', refused)::text, false);
END
",
        values.join(", ")
    );
    database.run(&format!("DO {}", sql::dollar(&block))).await.unwrap_or_else(|it| panic!("{source} to {target}: {it}"));
    let tally: Tally = database.value("SELECT current_setting('test.tally')::jsonb", &[]).await.expect("a tally");
    (tally.total > 0).then_some(tally)
}

/// What the program says of each pair, with the expression it converts by.
async fn told(shadow: &mut Shadow, pairs: &[(String, String)]) -> BTreeMap<usize, (Option<Tally>, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let declared = |name: &str, pick: &dyn Fn(&(String, String)) -> String| {
        let tables: String =
            pairs.iter().enumerate().map(|(at, it)| format!("CREATE TABLE p{at} (value {});\n", pick(it))).collect();
        std::fs::write(folder.path().join(name), tables).expect("a file");
        source::read(&folder.path().join(name)).expect("a source")
    };
    let rules = Rules::default();
    let (before, after) = (declared("before.sql", &|it| it.0.clone()), declared("after.sql", &|it| it.1.clone()));
    let base = engine::declared_base(shadow, before, &rules).await.expect("a base");
    let desired = engine::desired(shadow, &after, &base, &rules).await.expect("a goal").0;
    let plan = plan(&base.catalog, &desired, &Conditions::ours(&base.server)).expect("a plan");
    let conversions = conversions::of(&plan, &base.catalog, &desired, &base.server);
    let mut clone = shadow.create("conversions").await.expect("a clone");
    let list: Vec<_> = conversions.iter().map(|it| &it.conversion).collect();
    let tallies = conversions::measure(&mut clone, &list).await.expect("tallies");
    clone.close().await.expect("closed");
    let mut told = BTreeMap::new();
    for (converted, tally) in conversions.iter().zip(tallies) {
        let at: usize = converted.id.path[1][1..].parse().expect("a number");
        let step = plan.steps.iter().find(|it| it.id == converted.id).expect("a step").step.sql.text();
        let using = step.split_once(" USING ").map_or("value".to_owned(), |it| it.1.to_owned());
        told.insert(at, (tally, using));
    }
    told
}

#[test]
fn what_is_said_of_a_conversion_is_what_values_do() {
    let server = server().expect("a server");
    let failures = RUNTIME.block_on(async {
        let mut shadow = server.lock().await;
        shadow.clear().await.expect("an empty server");
        let mut database = shadow.create("casts").await.expect("a database");
        let mut pairs: BTreeSet<(String, String)> = database.value(CASTS, &[]).await.expect("pairs");
        pairs.extend(SIZES.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        let pairs: Vec<(String, String)> = pairs.into_iter().collect();
        assert!(pairs.len() > 200, "{}", pairs.len());
        let told = told(&mut shadow, &pairs).await;
        database.run("SET client_min_messages = error; SET TimeZone = 'UTC'; SET lc_monetary = 'C'").await.expect("settings");
        let (mut failures, mut compared) = (Vec::new(), 0);
        for (at, (source, target)) in pairs.iter().enumerate() {
            let Some((said, using)) = told.get(&at) else {
                failures.push(format!("{source} to {target}: not planned as a conversion"));
                continue;
            };
            let Some(tried) = tried(&mut database, source, target, using).await else { continue };
            // What cannot be tried before the migration is always guarded.
            let Some(said) = said else { continue };
            compared += 1;
            let (a, b) = (said.verdict(), tried.verdict());
            if a != b {
                failures.push(format!("{source} to {target} ({using}): said {a:?} {said:?}, tried {b:?} {tried:?}"));
            }
        }
        database.close().await.expect("closed");
        assert!(compared > 150, "{compared}");
        failures
    });
    assert!(failures.is_empty(), "{} differ\n{}", failures.len(), failures.join("\n"));
}
