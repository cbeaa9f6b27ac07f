//! Conversions of values: measured on a clone before anything is planned by them, and guarded where a value may not come through.
//!
//! Values at the edges of the old type are carried to the new one and back. Where all of them come back as they were, nothing need
//! be watched; else the migration gets an assertion before the change that stops it on the first live row that would not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::data_checks::{Answer, Checked};
use crate::database::Database;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::kinds::{Company, Conditions, Conversion, DataCheck, Server, Step, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::rows::{self, Relation};
use crate::sql;

/// The schema in a clone that values are tried in.
const SCHEMA: &str = "schemagen_probe";

/// What a conversion does to values at the edges of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every value comes back as it was.
    Lossless,
    /// Some do.
    Depends,
    /// None does.
    Lossy,
}

/// How values fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Tally {
    /// Values that are not null.
    pub total: usize,
    /// Those that come back as others.
    pub changed: usize,
    /// Those that one of the casts refuses.
    pub refused: usize,
}

impl Tally {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match self.changed + self.refused {
            0 => Verdict::Lossless,
            it if it == self.total => Verdict::Lossy,
            _ => Verdict::Depends,
        }
    }
}

/// A conversion and what converts.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The column.
    pub id: Id,
    /// What it is filed under.
    pub group: Id,
    /// What is done to its values.
    pub conversion: Conversion,
}

/// The conversions of a plan.
pub fn of(plan: &Plan, from: &Catalog, to: &Catalog, server: &Server) -> Vec<Converted> {
    let context = context(from, to, &plan.changes, &Conditions::ours(server));
    let altered = plan.changes.iter().filter(|it| *it.1 == Verb::Alter).map(|it| it.0);
    altered
        .filter_map(|id| {
            let (old, new) = (from.get(id)?, to.get(id)?);
            let with = kind(&id.kind).comes_with(new, &context);
            let conversion = kind(&id.kind).conversion(old, new, &context)?;
            let alone = with.is_none_or(|it| !plan.changes.contains_key(&it));
            alone.then(|| Converted { id: id.clone(), group: group(from, to, id), conversion })
        })
        .collect()
}

/// How values at the edges of the old types fare, for each conversion; `None` where that cannot be tried before the migration. The
/// clone is as it was afterwards.
pub async fn measure(clone: &mut Database, conversions: &[&Conversion]) -> Result<Vec<Option<Tally>>> {
    let mut tables: BTreeMap<&str, Option<Relation>> = BTreeMap::new();
    clone.run(&format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")).await?;
    for it in conversions.iter().filter_map(|it| it.tried.as_ref()) {
        let relation = Relation::new(SCHEMA, &format!("t{}", tables.len()));
        if !tables.contains_key(it.r#type.as_str()) {
            let made = clone.run(&format!("CREATE TABLE {} (value {})", relation.path(), it.r#type)).await;
            tables.insert(&it.r#type, made.is_ok().then_some(relation));
        }
    }
    rows::seed(clone, &tables.values().flatten().cloned().collect()).await?;
    for table in tables.values().flatten() {
        clone.run(&more(table)).await?;
    }
    let mut tallies = Vec::new();
    for it in conversions {
        let tried = it.tried.as_ref().and_then(|tried| Some((tried, tables.get(tried.r#type.as_str())?.as_ref()?)));
        let tally = match tried {
            Some((tried, table)) => tally(clone, it, &tried.column, table).await.ok().filter(|it| it.total > 0),
            None => None,
        };
        tallies.push(tally);
    }
    clone.run(&format!("DROP SCHEMA {SCHEMA} CASCADE")).await?;
    Ok(tallies)
}

/// Texts that a type reads, canonical ones; none where the clone does not have it. The clone is as it was afterwards.
pub async fn texts(clone: &mut Database, r#type: &str) -> Result<Vec<String>> {
    let probe = Relation::new(SCHEMA, "t0");
    clone.run(&format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")).await?;
    let mut texts = Vec::new();
    if clone.run(&format!("CREATE TABLE {} (value {type})", probe.path())).await.is_ok() {
        rows::seed(clone, &[probe.clone()].into()).await?;
        let distinct =
            format!("SELECT coalesce(jsonb_agg(DISTINCT value::text), '[]') FROM {} WHERE value IS NOT NULL", probe.path());
        texts = clone.value(&distinct, &[]).await?;
    }
    clone.run(&format!("DROP SCHEMA {SCHEMA} CASCADE")).await?;
    Ok(texts)
}

/// Texts that are values of one type or another: a text may hold any of them, and other types may read some.
const MORE: &[&str] = &[
    "<",
    "a&b",
    "<a/>",
    "a   ",
    "1",
    "-7.25",
    "300",
    "70000",
    "4294967297",
    "1e40",
    "NaN",
    "infinity",
    "yes",
    "true",
    "[\"2001-01-01 00:00:00\",\"2001-02-01 00:00:00\")",
    "[\"2001-01-01 00:00:00+00\",\"2001-02-01 00:00:00+00\")",
    "2001-02-03",
    "2001-02-03 04:05:06.789",
    "04:05:06.789",
    "04:05:06+07",
    "1 day 02:03:04",
    "{\"k\": [1]}",
    "{1,2}",
    "(3,4)",
    "((1,1),(2,3),(4,0))",
    "<(1,2),3>",
    "{1,-1,0}",
    "10.1.2.3/16",
    "10.1.0.0/16",
    "08:00:2b:01:02:04",
    "08:00:2b:ff:fe:01:02:04",
    "11",
    "[1,3)",
    "{[1,3)}",
    "[2001-01-01,2001-02-01)",
    "{[2001-01-01,2001-02-01)}",
    "123e4567-e89b-12d3-a456-426614174000",
    "\\x0fff",
    "$2.50",
    "0/1A2B3C",
    "(1,2)",
    "x:1",
    "x & y",
];

/// Adds those of them that a table's type reads.
fn more(table: &Relation) -> String {
    let values: Vec<String> = MORE.iter().map(|it| sql::literal(it)).collect();
    let body = format!(
        "
DECLARE
    it text;
BEGIN
    FOREACH it IN ARRAY ARRAY[{}]::text[] LOOP
        BEGIN
            EXECUTE 'INSERT INTO {} VALUES (' || quote_literal(it) || ')';
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
",
        values.join(", "),
        table.path()
    );
    format!("DO {}", sql::dollar(&body))
}

async fn tally(clone: &mut Database, conversion: &Conversion, column: &str, table: &Relation) -> Result<Tally> {
    let rows = format!("SELECT value AS {} FROM {} WHERE value IS NOT NULL", sql::name(column), table.path());
    let assigned = conversion.tried.as_ref().and_then(|it| it.assigned.as_ref());
    let condition = match assigned {
        Some(_) => format!("{}; converted := t.{}", conversion.changed, sql::name(column)),
        None => conversion.changed.clone(),
    };
    let block = by_row(&rows, &condition, "''");
    let block =
        block.replacen("    t record;", &format!("    t record;\n    converted {};", assigned.map_or("text", String::as_str)), 1);
    clone.run(&block).await?;
    clone.value("SELECT current_setting('schemagen.tally')::jsonb", &[]).await
}

/// A block that tries a condition on each row `t` by itself, as it may fail for one, and leaves the count in `schemagen.tally`.
pub(crate) fn by_row(rows: &str, condition: &str, sample: &str) -> String {
    let body = format!(
        "
DECLARE
    t record;
    is_changed boolean;
    total bigint := 0;
    changed bigint := 0;
    refused bigint := 0;
    samples text[] := '{{}}';
BEGIN
    FOR t IN {rows} LOOP
        total := total + 1;
        BEGIN
            is_changed := {condition};
            changed := changed + is_changed::int;
        EXCEPTION WHEN OTHERS THEN
            is_changed := true;
            refused := refused + 1;
        END;
        IF is_changed AND cardinality(samples) < 5 THEN
            samples := samples || ({sample})::text;
        END IF;
    END LOOP;
    PERFORM set_config('schemagen.tally', jsonb_build_object('total', total, 'changed', changed, 'refused', refused,
        'count', changed + refused, 'more', false, 'samples', samples)::text, false);
END
"
    );
    format!("DO {}", sql::dollar(&body))
}

/// Watches over conversions.
#[derive(Debug, Clone, Default)]
pub struct Guards {
    guarded: Vec<Converted>,
}

impl Guards {
    /// Guards for those that may not carry every value over and that nobody has said are meant to change some.
    pub async fn of(clone: &mut Database, conversions: Vec<Converted>) -> Result<Guards> {
        if conversions.is_empty() {
            return Ok(Guards::default());
        }
        let steps: Vec<&Conversion> = conversions.iter().map(|it| &it.conversion).collect();
        let tallies = measure(clone, &steps).await?;
        let harmless = |it: &Option<Tally>| it.is_some_and(|it| it.verdict() == Verdict::Lossless);
        let guarded = conversions.into_iter().zip(tallies).filter(|(it, tally)| !it.conversion.is_meant && !harmless(tally));
        Ok(Guards { guarded: guarded.map(|it| it.0).collect() })
    }

    /// The same as questions to live rows.
    pub fn checks(&self) -> impl Iterator<Item = Checked> {
        let check = |it: &Conversion| DataCheck {
            what: it.what.clone(),
            query: format!("SELECT {} FROM {} AS t WHERE {}", it.sample, it.table, it.changed),
            help: it.help.clone(),
            by_row: Some(by_row(&format!("SELECT tableoid, ctid, * FROM {} AS t", it.table), &it.changed, &it.sample)),
        };
        self.guarded.iter().map(move |it| Checked { check: check(&it.conversion), answer: Answer::NotAsked })
    }

    /// The plan with an assertion before each of them.
    #[must_use]
    pub fn before(&self, mut plan: Plan) -> Plan {
        let mut locks = BTreeSet::new();
        for it in &self.guarded {
            let step = |step: Step| Planned { verb: Verb::Alter, id: it.id.clone(), group: it.group.clone(), step };
            let lock = Step::new(sql::lock(&it.conversion.table));
            locks.insert(lock.sql.text());
            plan.put_before(std::slice::from_ref(&it.id), vec![step(lock), step(assertion(&it.conversion))]);
        }
        // One that is held is not taken again.
        let mut held = BTreeSet::new();
        plan.steps.retain(|it| {
            if it.step.company == Company::Alone {
                held.clear();
            }
            let text = it.step.sql.text();
            !locks.contains(&text) || held.insert(text)
        });
        plan
    }
}

/// Stops before any harm where a value would not come through.
fn assertion(it: &Conversion) -> Step {
    let Conversion { what, table, changed, sample, help, .. } = it;
    let message = sql::literal(&format!("{what}: not every value comes through"));
    let body = format!(
        "
BEGIN
    IF EXISTS (SELECT FROM {table} AS t WHERE {changed}) THEN
        RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = {message},
            DETAIL = 'Rows: ' || (SELECT string_agg(sample, '; ') FROM (SELECT {sample} FROM {table} AS t WHERE {changed} LIMIT 5) AS first(sample)),
            HINT = {};
    END IF;
END
",
        sql::literal(help)
    );
    let step = Step::new(format!("DO {}", sql::dollar(&body)));
    step.risks(Hazard::Scans(table.clone())).risks(Hazard::Asserts(format!("every value comes through: {what}")))
}
