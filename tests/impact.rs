//! What is measured of single statements, against facts measured before: every lock, every new file, every scan.

use std::collections::{BTreeMap, BTreeSet};

use schemagen::database::Database;
use schemagen::error::Result;
use schemagen::impact::{Basis, Impact, Watch};
use schemagen::lock::{self, Mode};
use schemagen::shadow::Shadow;

use crate::support::server::{MAJOR, RUNTIME, server};

/// What differs, and why that is right.
const EXCEPT: &[(&str, &str)] = &[(
    "swap PK in one ALTER",
    "the new index keeps its file under the old one's name: the fact compared names and counts it as rebuilt",
)];

/// One line of the facts.
struct Fact {
    what: String,
    first: String,
    statement: String,
    locks: String,
    files: String,
    scans: String,
}

fn facts() -> Vec<Fact> {
    let lines = include_str!("impact/facts.tsv").lines().skip(1);
    let fact = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Fact { what: next(), first: next(), statement: next(), locks: next(), files: next(), scans: next() }
    };
    lines.map(fact).collect()
}

fn letters(mode: Mode) -> &'static str {
    match mode {
        Mode::AccessShare => "AS",
        Mode::RowShare => "RS",
        Mode::RowExclusive => "RX",
        Mode::ShareUpdateExclusive => "SUX",
        Mode::Share => "S",
        Mode::ShareRowExclusive => "SRX",
        Mode::Exclusive => "X",
        Mode::AccessExclusive => "AX",
    }
}

fn short(relation: &str) -> &str {
    relation.strip_prefix("s.").unwrap_or(relation)
}

/// Whether the locks are those of the fact: `t:AX +idx t_a_idx:AX`, or `t:AX +idx 12 idx AX` where indexes are only counted.
fn same_locks(fact: &str, impact: &Impact) -> bool {
    let measured = impact.locks.iter().map(|it| (short(&it.relation), letters(it.mode)));
    let mut rest: BTreeMap<&str, &str> = measured.collect();
    let words: Vec<&str> = fact.split_whitespace().filter(|it| *it != "+idx").collect();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.split_once(':') {
            Some((name, mode)) if rest.remove(name) == Some(mode) => {}
            Some(_) => return false,
            None => {
                let (count, mode) = (word.parse::<usize>().unwrap_or_default(), words.nth(1).unwrap_or_default());
                if rest.len() != count || rest.values().any(|it| *it != mode) {
                    return false;
                }
                rest.clear();
            }
        }
    }
    rest.is_empty()
}

/// `t; 12 indexes`
fn files(impact: &Impact) -> String {
    let tables = impact.rewrites.iter().map(|it| short(it)).collect::<Vec<_>>().join(",");
    let indexes = if impact.rebuilds.is_empty() { String::new() } else { format!("{} indexes", impact.rebuilds.len()) };
    [tables, indexes].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ")
}

/// `t x1 (3000 rows)`, sorted.
fn scans(impact: &Impact) -> BTreeSet<String> {
    impact.scans.iter().map(|it| format!("{} x{} ({} rows)", short(&it.relation), it.times, it.rows)).collect()
}

fn shown(impact: &Impact) -> String {
    let locks: Vec<String> = impact.locks.iter().map(|it| format!("{}:{}", short(&it.relation), letters(it.mode))).collect();
    format!("{} | {} | {}", locks.join(" "), files(impact), scans(impact).into_iter().collect::<Vec<_>>().join("; "))
}

/// What one statement does in a transaction that is rolled back.
async fn measured(database: &mut Database, sql: &str) -> Result<Impact> {
    let mut watch = Watch::new(Basis::Measured);
    database.run("BEGIN").await?;
    let told = Impact { statement: sql.to_owned(), ..Impact::default() };
    let begun = watch.begin(database, vec![told]).await;
    let ran = match begun {
        Ok(()) => match database.run(sql).await {
            Ok(()) => watch.after(database).await,
            it => it,
        },
        it => it,
    };
    database.run("ROLLBACK").await?;
    ran.map(|()| watch.end().pop().unwrap_or_default())
}

/// Every fact with what is measured now.
async fn all(shadow: &mut Shadow) -> Result<Vec<(Fact, Result<Impact>)>> {
    shadow.clear().await?;
    shadow.stub_roles(&BTreeSet::from(["r1".to_owned()])).await?;
    shadow.stub_tablespaces(&BTreeSet::from(["tsp".to_owned()])).await?;
    let mut home = shadow.create("home").await?;
    let mut fixture = shadow.create("fixture").await?;
    fixture.set("timezone", "UTC").await?;
    fixture.run(include_str!("impact/fixture.sql")).await?;
    let options = fixture.options().clone();
    let template: String = fixture.value("SELECT current_database()::text", &[]).await?;
    fixture.close().await?;
    home.run(&format!("CREATE DATABASE plain TEMPLATE {template}")).await?;
    let mut results = Vec::new();
    for fact in facts() {
        let name = if fact.first.is_empty() { "plain" } else { "prepared" };
        if !fact.first.is_empty() {
            home.run("DROP DATABASE IF EXISTS prepared").await?;
            home.run(&format!("CREATE DATABASE prepared TEMPLATE {template}")).await?;
        }
        let mut database = Database::connect(&options.clone().database(name)).await?;
        database.set("timezone", "UTC").await?;
        let ready = if fact.first.is_empty() { Ok(()) } else { database.run(&fact.first).await };
        let impact = match ready {
            Ok(()) => measured(&mut database, &fact.statement).await,
            Err(it) => Err(it),
        };
        database.close().await?;
        results.push((fact, impact));
    }
    home.run("DROP DATABASE IF EXISTS plain").await?;
    home.run("DROP DATABASE IF EXISTS prepared").await?;
    home.close().await?;
    Ok(results)
}

#[test]
fn statements_are_measured_as_they_were_before() {
    let server = server().expect("a server");
    let results = RUNTIME.block_on(async {
        let mut shadow = server.lock().await;
        // The facts are those of one version.
        if shadow.major() == MAJOR { all(&mut shadow).await.expect("the facts run") } else { Vec::new() }
    });
    let (mut wrong, mut stronger, count) = (Vec::new(), Vec::new(), results.len());
    let mut excepted: BTreeSet<&str> = EXCEPT.iter().map(|it| it.0).collect();
    for (fact, impact) in &results {
        let expected: BTreeSet<String> = fact.scans.split("; ").filter(|it| !it.is_empty()).map(str::to_owned).collect();
        let found = match impact {
            Ok(it) if same_locks(&fact.locks, it) && files(it) == fact.files && scans(it) == expected => None,
            Ok(it) => Some(shown(it)),
            Err(it) => Some(it.to_string()),
        };
        if let Some(found) = found
            && !excepted.remove(fact.what.as_str())
        {
            wrong.push(format!("{}\n  fact     {} | {} | {}\n  measured {found}", fact.what, fact.locks, fact.files, fact.scans));
        }
        if let Ok(impact) = impact {
            stronger.extend(told_stronger(fact, impact));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(count == 0 || excepted.is_empty(), "these are as the facts say: {excepted:?}");
    assert!(stronger.is_empty(), "told stronger than measured:\n{}", stronger.join("\n"));
}

/// The locks that are told from the statement but not measured, or weaker.
fn told_stronger(fact: &Fact, impact: &Impact) -> Vec<String> {
    let told = lock::told(&fact.statement).locks;
    let is_weaker = |it: &&lock::Lock| {
        it.on.starts_with("s.") && !impact.locks.iter().any(|lock| lock.relation == it.on && lock.mode >= it.mode)
    };
    told.iter()
        .filter(is_weaker)
        .map(|it| format!("{}: {} on {}; measured {}", fact.what, it.mode, it.on, shown(impact)))
        .collect()
}
