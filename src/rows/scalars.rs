//! The edges of PostgreSQL's own types, and of some extensions'.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::rows::literals::Literals;
use crate::rows::pattern;
use crate::rows::values::{SERIES, Values};

/// Longer strings show nothing new.
const LONGEST: usize = 3_000;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| (*it).to_owned()).collect()
}

fn series(value: impl Fn(usize) -> String) -> Vec<String> {
    (1..=SERIES).map(value).collect()
}

/// The candidates for a type of that name.
pub(super) fn scalar(name: &str, modifier: i32, literals: &Literals, builtin: bool) -> Values {
    let values = |edges: &[&str], series| Values { edges: texts(edges), series, ..Values::default() };
    match name {
        "citext" | "hstore" | "ltree" => {}
        _ if !builtin => return unknown(),
        _ => {}
    }
    match name {
        "bool" => values(&["true", "false"], Vec::new()),
        "int2" => integer(&["0", "-1", "32767", "-32768"], literals),
        "int4" => integer(&["0", "-1", "2147483647", "-2147483648"], literals),
        "int8" => integer(&["0", "-1", "9223372036854775807", "-9223372036854775808"], literals),
        "oid" | "xid" | "cid" | "xid8" => integer(&["0", "4294967295"], literals),
        "regtype" | "regproc" | "regprocedure" | "regoper" | "regoperator" | "regrole" | "regnamespace" | "regconfig"
        | "regdictionary" | "regcollation" => integer(&["-", "0", "4294967295"], literals),
        "float4" => float(&["3.4028235e38", "-3.4028235e38", "1e-45"], literals),
        "float8" => {
            float(&["1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "0.1", "0.1234567890123456"], literals)
        }
        "numeric" => numeric(modifier, literals),
        "money" => Values {
            derived: numbers(literals),
            ..values(&["0", "-92233720368547758.08", "92233720368547758.07", "-0.01"], series(|it| format!("{it}.01")))
        },
        "text" | "varchar" | "bpchar" | "citext" => string(usize::try_from(modifier - 4).ok(), literals),
        "name" => string(Some(63), literals),
        "refcursor" => string(None, literals),
        "char" => string(Some(1), literals),
        "bytea" => bytes(literals),
        "json" | "jsonb" => json(literals),
        "uuid" => Values {
            derived: literals.texts.clone(),
            ..values(
                &["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
                series(|it| format!("00000000-0000-4000-8000-{it:012x}")),
            )
        },
        "date" => moments(&["4714-11-24 BC", "0001-12-31 BC", "5874897-12-31"], "", literals),
        "timestamp" => moments(
            &["4714-11-24 00:00:00 BC", "0001-12-31 23:59:59 BC", "294276-12-31 23:59:59.999999"],
            " 03:04:05.000006",
            literals,
        ),
        "timestamptz" => moments(
            &["4714-11-24 00:00:00+00 BC", "0001-12-31 23:59:59+00 BC", "294276-12-31 23:59:59.999999+00"],
            " 03:04:05.000006+00",
            literals,
        ),
        "time" => Values {
            derived: literals.texts.clone(),
            ..values(
                &["00:00:00", "24:00:00", "23:59:59.999999"],
                series(|it| format!("{:02}:{:02}:05.000006", it / 60, it % 60)),
            )
        },
        "timetz" => Values {
            derived: literals.texts.clone(),
            ..values(
                &["00:00:00+15:59", "24:00:00-15:59", "23:59:59.999999+00"],
                series(|it| format!("{:02}:{:02}:05.000006+01", it / 60, it % 60)),
            )
        },
        "interval" => Values {
            derived: literals.texts.clone(),
            ..values(
                &[
                    "0",
                    "-1 mon +2 days -03:04:05.000006",
                    "178000000 years",
                    "-178000000 years",
                    "1 month",
                    "30 days",
                    "infinity",
                    "-infinity",
                ],
                series(|it| format!("{it} hours")),
            )
        },
        _ => special(name, modifier, literals),
    }
}

/// Types whose values have a shape of their own.
fn special(name: &str, modifier: i32, literals: &Literals) -> Values {
    let width = usize::try_from(modifier).ok();
    let (edges, series): (&[&str], Vec<String>) = match name {
        "bit" => return bits(width.unwrap_or(1), false),
        "varbit" => return bits(width.unwrap_or(64), true),
        "inet" => (
            &["0.0.0.0/0", "255.255.255.255", "10.1.2.3/8", "::", "::1", "fe80::/10", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
            series(|it| format!("10.0.0.{it}")),
        ),
        "cidr" => {
            (&["0.0.0.0/0", "10.0.0.0/8", "255.255.255.255/32", "::/0", "2001:db8::/32"], series(|it| format!("10.0.{it}.0/24")))
        }
        "macaddr" => (&["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"], series(|it| format!("08:00:2b:01:02:{it:02x}"))),
        "macaddr8" => {
            (&["00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff"], series(|it| format!("08:00:2b:01:02:03:04:{it:02x}")))
        }
        "tsvector" => (&["", "a:1A 'it''s':2B,3 ü", "'\\\\'"], series(|it| format!("w{it}:1"))),
        "tsquery" => (&["", "a & !b | c:*A", "'it''s' <-> b"], series(|it| format!("w{it}"))),
        "xml" => (&["", "<a/>", "<a b=\"c\">&amp; ü<!-- --></a>", "text"], series(|it| format!("<n>{it}</n>"))),
        "point" => (&["(0,0)", "(-1.5,1e300)", "(NaN,Infinity)"], series(|it| format!("({it},{it})"))),
        "line" => (&["{1,-1,0}", "{0,1,-1e10}"], series(|it| format!("{{1,{it},0}}"))),
        "lseg" => (&["[(0,0),(0,0)]"], series(|it| format!("[({it},0),({it},1)]"))),
        "box" => (&["(0,0),(0,0)"], series(|it| format!("({it}.5,1),({it},0)"))),
        "path" => (&["[(0,0)]", "((0,0),(1,1))"], series(|it| format!("[({it},0),({it},1),(0,0)]"))),
        "polygon" => (&["((0,0))"], series(|it| format!("(({it},0),({it},1),({it}.5,0))"))),
        "circle" => (&["<(0,0),0>"], series(|it| format!("<({it},0),0.25>"))),
        "pg_lsn" => (&["0/0", "FFFFFFFF/FFFFFFFF"], series(|it| format!("0/{it:X}"))),
        "tid" => (&["(0,0)", "(4294967295,65535)"], series(|it| format!("(0,{it})"))),
        "pg_snapshot" | "txid_snapshot" => (&["1:1:", "10:20:10,14"], series(|it| format!("{it}:{it}:"))),
        "regclass" => (&["pg_catalog.pg_class", "pg_catalog.pg_type", "pg_catalog.pg_proc"], Vec::new()),
        "int2vector" | "oidvector" => (&["", "1 2 3"], series(|it| it.to_string())),
        "jsonpath" => (&["$", "strict $.a[*] ? (@ > 1)"], series(|it| format!("$[{it}]"))),
        "hstore" => (&["", "a=>1, b=>NULL", "\"q u\"=>\"it's \\\"ü\""], series(|it| format!("n=>{it}"))),
        "ltree" => (&["", "a.b.c"], series(|it| format!("top.n{it}"))),
        _ => return unknown(),
    };
    Values {
        derived: literals.texts.clone(),
        edges: texts(edges),
        series,
        edges_last: matches!(name, "box" | "circle" | "polygon"),
    }
}

/// For a type that nobody knows: forms that input functions take.
pub(super) fn unknown() -> Values {
    let edges = texts(&[
        "",
        "0",
        "1",
        "{}",
        "()",
        "[]",
        "(0,0)",
        "(1,2)",
        "[1,2]",
        "a",
        "a.b",
        "1.5",
        "true",
        "0/0",
        "00:00",
        "POINT(0 0)",
        "2001-01-01",
    ]);
    let series = series(|it| it.to_string()).into_iter().chain((1..=20).map(|it| format!("a{it}"))).collect();
    Values { edges, series, ..Values::default() }
}

/// Numbers that the literals are, and next to them: of each literal the first, then of each the second, and so on.
fn numbers(literals: &Literals) -> Vec<String> {
    let mut numbers = Vec::new();
    for step in [0, 1, -1].into_iter().chain(2..=130) {
        for literal in &literals.numbers {
            if let Ok(whole) = literal.parse::<i128>() {
                numbers.push((whole + step).to_string());
            } else if step == 0 {
                numbers.push(literal.clone());
            } else if let Ok(number) = literal.parse::<f64>() {
                #[expect(clippy::cast_precision_loss, reason = "a step is small")]
                let step = step as f64;
                numbers.push((number + step / 100.0).to_string());
            }
        }
    }
    numbers
}

fn integer(edges: &[&str], literals: &Literals) -> Values {
    Values { derived: numbers(literals), edges: texts(edges), series: series(|it| it.to_string()), edges_last: false }
}

fn float(edges: &[&str], literals: &Literals) -> Values {
    let mut all = texts(&["0", "-0", "NaN", "Infinity", "-Infinity", "-1.5"]);
    all.extend(texts(edges));
    let derived = numbers(literals).into_iter().chain(texts(&["0.5"])).collect();
    Values { derived, edges: all, series: series(|it| format!("{it}.25")), edges_last: false }
}

/// `numeric`, whose modifier holds precision and scale; the scale is negative or above the precision since 15.
fn numeric(modifier: i32, literals: &Literals) -> Values {
    let mut values = Values { derived: numbers(literals), edges: texts(&["0", "NaN"]), ..Values::default() };
    if modifier < 4 {
        values.edges.extend(texts(&[
            "-0.1",
            "1.10",
            "0.00000000000000000001",
            "123456789012345678901234567890.123456789",
            "1e100",
        ]));
        values.edges.extend(texts(&["Infinity", "-Infinity"]));
        values.series = series(|it| format!("{it}.{it}"));
        return values;
    }
    let precision = ((modifier - 4) >> 16) & 0xffff;
    let scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
    let most = format!("{}e{}", "9".repeat(usize::try_from(precision).unwrap_or(1)), -scale);
    let least = format!("1e{}", -scale);
    values.edges.extend([most.clone(), format!("-{most}"), least.clone(), format!("-{least}")]);
    // Whole and broken parts that both differ, as far as the precision goes.
    let unit = 10_u128.pow(u32::try_from(scale.clamp(0, 20)).unwrap_or(0)) + u128::from(scale > 0);
    let top = 10_u128.checked_pow(u32::try_from(precision).unwrap_or(1)).unwrap_or(u128::MAX);
    let digits = |it: u128| if it * unit < top { it * unit } else { it };
    values.series = (1..=120).map(digits).filter(|it| *it < top).map(|it| format!("{it}e{}", -scale)).collect();
    values
}

fn string(limit: Option<usize>, literals: &Literals) -> Values {
    let fit = |text: &str| text.chars().take(limit.unwrap_or(usize::MAX)).collect::<String>();
    let mut derived = literals.texts.clone();
    derived.extend(literals.patterns.iter().flat_map(|it| pattern::matches(it, SERIES)));
    derived.extend(literals.likes.iter().flat_map(|it| pattern::likes(it, 40)));
    for mark in literals.texts.iter().filter(|it| it.len() <= 3 && !it.chars().any(char::is_alphanumeric)) {
        derived.extend((0..SERIES).map(|it| format!("x{it}{mark}y{it}")));
    }
    let sizes: Vec<usize> = literals.sizes().filter(|it| *it > 0).collect();
    derived.extend(sizes.iter().flat_map(|size| [*size, size - 1, size + 1].map(|it| "x".repeat(it))));
    for size in sizes {
        derived.extend((1..=SERIES).map(|it| format!("{it:0size$}")));
        derived.extend((1..=20).map(|it| format!("{it:a>size$}")));
    }
    let longest = limit.unwrap_or(LONGEST).min(10_000);
    let mut edges =
        texts(&["", " ", "ß", "Ä€𝄞e\u{301}", "it's \"q\" \\ \\n", "line\nbreak\ttab\r", " both ", "0", "NULL", "{}", "%_"]);
    edges.extend(["x".repeat(longest), "€".repeat(longest.min(500))]);
    let series = series(|it| match limit {
        Some(1) => {
            char::from_u32(if it <= 26 { 96 } else { 0x21 - 27 } + u32::try_from(it).unwrap_or(0)).unwrap_or('x').to_string()
        }
        Some(2 | 3) => format!("{}{}", char::from(b'a' + u8::try_from(it / 10).unwrap_or(0)), it % 10),
        _ if literals.names.contains("upper") => format!("V{it:03}"),
        _ => format!("v{it:03}"),
    });
    let edges = edges.iter().map(|it| fit(it)).collect();
    Values { derived: derived.iter().map(|it| fit(it)).collect(), edges, series, edges_last: false }
}

fn bytes(literals: &Literals) -> Values {
    let derived = literals.sizes().flat_map(|size| [size, size + 1].map(|it| format!("\\x{}", "5a".repeat(it)))).collect();
    let edges = vec!["\\x".to_owned(), "\\x00".to_owned(), "\\x5c27ff00".to_owned(), format!("\\x{}", "fe".repeat(LONGEST))];
    Values { derived, edges, series: series(|it| format!("\\x{it:08x}")), edges_last: false }
}

fn json(literals: &Literals) -> Values {
    let quoted = |it: &String| serde_json::Value::from(it.as_str()).to_string();
    let keys: Vec<String> = literals.texts.iter().map(quoted).collect();
    let mut derived = Vec::new();
    for value in ["\"a\"", "1", "{}", "[]", "true"] {
        derived.push(format!("{{{}}}", keys.iter().map(|it| format!("{it}: {value}")).collect::<Vec<_>>().join(", ")));
        derived.extend(keys.iter().map(|it| format!("{{{it}: {value}}}")));
    }
    derived.extend(keys);
    let edges = texts(&[
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "\"\"",
        "-1.50e10",
        "[1, \"a\", null, [[]]]",
        "{\"b\":1,  \"a\":2, \"b\":3}",
        "{\"a\": [1, null, {\"b\": \"ü \\\" \\\\ \\n\"}]}",
    ]);
    Values { derived, edges, series: series(|it| format!("{{\"n\": {it}}}")), edges_last: false }
}

/// Days, or moments of days.
fn moments(extremes: &[&str], time: &str, literals: &Literals) -> Values {
    let on = |day: Date, days: i64| day.checked_add(days.days()).ok().map(|it| format!("{it}{time}"));
    let days: Vec<Date> = literals.texts.iter().filter_map(|it| it.get(..10)?.parse().ok()).collect();
    let mut derived = literals.texts.clone();
    derived.extend([0, -1].into_iter().chain(1..=40).flat_map(|step| days.iter().filter_map(move |it| on(*it, step))));
    let mut edges = texts(&["infinity", "-infinity", "1970-01-01", "2000-02-29"]);
    edges.extend(texts(extremes));
    let series = (1..=120).filter_map(|it| on(date(2001, 1, 1), it * 31)).collect();
    Values { derived, edges, series, edges_last: false }
}

fn bits(width: usize, varying: bool) -> Values {
    let fit = |it: usize| {
        let text = format!("{it:0width$b}", width = width.min(64));
        text[text.len() - width.min(text.len())..].to_owned()
    };
    let mut edges = vec!["0".repeat(width.min(LONGEST)), "1".repeat(width.min(LONGEST))];
    if varying {
        edges.extend(texts(&["", "1"]));
    }
    Values { edges, series: series(fit), ..Values::default() }
}
