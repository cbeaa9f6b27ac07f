//! The proof by value: rows are seeded into a clone and read before the migration, after it, and after its rollback.
//!
//! A migration may refuse rows that the schema before allows: `SET NOT NULL` stops where there is a null. Then the rows it stops
//! on are found by trying, told, and left out; what becomes of the others is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::catalog::{Catalog, Id};
use crate::database::Database;
use crate::error::Result;
use crate::impact::{Basis, Watch};
use crate::kinds::{Sql, Step, kind};
use crate::plan::{Plan, Planned};
use crate::prove::{self, Failure, Part, Rows};
use crate::rows::{self, Contents, Relation, TableVerdict, Verdict};
use crate::shape;
use crate::sql;

/// How long rows that a migration stops on are looked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Said where the rollback stops on the rows.
const NOT_COMPARED: &str = "not compared";
/// Said of a table whose rows are all there.
const ALL_THERE: &str = "every row is there";
/// Said of a column that kept every value.
const UNCHANGED: &str = "unchanged";

/// What became of seeded rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Values {
    /// How many rows were compared.
    pub rows: usize,
    /// In how many tables.
    pub tables: usize,
    /// How many columns kept every value.
    pub kept: usize,
    /// The others.
    pub changes: Vec<Change>,
    /// What could not be compared, and why.
    pub not_compared: Vec<String>,
    /// Rows on which the migration stops.
    pub stops: Vec<String>,
    /// What the rollback says where it stops on the rows that the migration left.
    pub rollback_stops: Option<String>,
}

impl Values {
    /// What of it is the doing of one of several files.
    #[must_use]
    pub fn of_part(&self, up: &Plan) -> Values {
        let touched: BTreeSet<String> = up.changes.keys().map(|it| it.path.join(".")).collect();
        let changes = self.changes.iter().filter(|it| touched.contains(&it.of)).cloned().collect();
        Values { changes, ..self.clone() }
    }
}

/// What became of a column, or of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `public.orders.note`, or the table alone.
    pub of: String,
    /// By the migration.
    pub migration: String,
    /// After the rollback, against the beginning.
    pub rollback: String,
    /// The migration changes values that stay in place: a loss that no one has named.
    pub silent: bool,
    /// It is what people stored, not what is computed.
    #[serde(skip)]
    pub stored: bool,
}

/// Whether nothing is missing after the rollback, as far as was compared.
pub(crate) fn comes_back(change: &Change) -> bool {
    matches!(change.rollback.as_str(), UNCHANGED | ALL_THERE | NOT_COMPARED)
}

/// The tables with rows that a change may touch.
pub fn touched(base: &Catalog, parts: &[Part]) -> BTreeSet<Relation> {
    let changed = parts.iter().flat_map(|part| part.up.changes.keys().map(move |id| (id, &part.to)));
    let plain = changed.filter(|it| !kind(&it.0.kind).follows_parent());
    let tables = plain.flat_map(|(id, to)| table_of(base, id).or_else(|| table_of(to, id)));
    tables.filter(|it| base.get(it).is_some()).map(|it| relation(&it)).collect()
}

pub(crate) fn table_of(state: &Catalog, id: &Id) -> Option<Id> {
    state.lineage(id).find(|it| state.get(it).is_some_and(|object| kind(&it.kind).is_table(object))).cloned()
}

fn relation(table: &Id) -> Relation {
    let name = |position: usize| table.path.get(position).map_or("", String::as_str);
    Relation::new(name(0), name(1))
}

/// Seeds the tables of a fresh clone, runs there and back, and compares. What the statements do to the tables is told anew.
pub async fn measure(database: &mut Database, base: &Catalog, parts: &mut [Part]) -> Result<Values> {
    let mut values = Values::default();
    let tables = touched(base, parts);
    if tables.is_empty() {
        return Ok(values);
    }
    let seeded = rows::seed(database, &tables).await?;
    let reasons = seeded.not_seeded.iter().flat_map(|(table, reasons)| reasons.iter().map(move |it| format!("{table}: {it}")));
    values.not_compared.extend(reasons);
    let tables: BTreeSet<Relation> = tables.into_iter().chain(seeded.rows.keys().cloned()).collect();
    let Some(before) = there(database, base, parts, &tables, &mut values).await? else { return Ok(values) };
    values.rows = before.tables.values().map(|it| it.rows.len()).sum();
    values.tables = before.tables.len();
    let after = rows::read_after(database, &tables, &before).await?;
    let back = match back(database, parts).await {
        Ok(()) => Some(rows::read_after(database, &tables, &before).await?),
        Err(failure) => {
            values.rollback_stops = Some(failure.error.message.clone());
            None
        }
    };
    let there = rows::compare(&before, &after);
    let back = back.map(|it| rows::compare(&before, &it));
    summarize(base, &there, back.as_ref(), &mut values);
    Ok(values)
}

/// Runs the migration over the seeded rows, without those it stops on. The rows before; `None` when it cannot be had to run.
async fn there(
    database: &mut Database,
    base: &Catalog,
    parts: &mut [Part],
    tables: &BTreeSet<Relation>,
    values: &mut Values,
) -> Result<Option<Contents>> {
    let started = Instant::now();
    // What is committed statement by statement leaves no way back to the rows: it is tried in one transaction first.
    let rehearsal = parts.iter().any(|it| !it.up.is_transactional()).then(|| in_one_transaction(parts));
    loop {
        let before = rows::read(database, tables).await?;
        let mut failed = None;
        if let Some(all) = &rehearsal {
            failed = rehearsed(database, all).await?;
        }
        let mut is_undone = true;
        let mut watch = Watch::new(Basis::Measured);
        for (number, part) in parts.iter_mut().enumerate() {
            if failed.is_some() {
                break;
            }
            match prove::run_watched(database, &part.up, Rows::Seeded, &mut watch).await {
                Ok(impacts) => part.impacts.migration = impacts,
                Err(it) => {
                    is_undone = number == 0 && part.up.is_transactional();
                    failed = Some(it);
                }
            }
        }
        let Some(failure) = failed else { return Ok(Some(before)) };
        let plan = rehearsal.as_ref().unwrap_or(&parts[0].up);
        let about_rows = failure.error.sqlstate.as_deref().is_some_and(|it| it.starts_with("22") || it.starts_with("23"));
        let planned = plan.steps.get(failure.step);
        let table = planned.and_then(|it| table_of(base, &it.group)).map(|it| relation(&it));
        let (Some(table), true, true) = (table, about_rows, is_undone) else {
            values.not_compared.push(format!("the migration stops on the seeded rows: {}", failure.error.message));
            return Ok(None);
        };
        let mut search = Search { plan, table: &table, step: failure.step, until: started + PATIENCE };
        match search.culprits(database).await? {
            Some((culprits, of)) if !culprits.is_empty() => {
                delete(database, &table, &culprits).await?;
                let stops = format!("{} of {of} seeded rows of {table}", culprits.len());
                values.stops.push(format!("{stops}: {}", failure.error.message));
            }
            _ => {
                values.not_compared.push(format!("{table}: the migration stops on the seeded rows: {}", failure.error.message));
                return Ok(None);
            }
        }
    }
}

/// All parts as one plan that does the same to the rows in one transaction.
fn in_one_transaction(parts: &[Part]) -> Plan {
    let together = |it: &Planned| {
        let sql = Sql::Statement(shape::without(&it.step.sql.text(), "CONCURRENTLY"));
        Planned { step: Step { sql, ..it.step.clone() }, ..it.clone() }
    };
    Plan { steps: parts.iter().flat_map(|it| &it.up.steps).map(together).collect(), ..Plan::default() }
}

/// Where a plan stops on the rows, if it does; nothing is changed. What stops for want of a commit does not count.
async fn rehearsed(database: &mut Database, plan: &Plan) -> Result<Option<Failure>> {
    database.run("BEGIN").await?;
    let failed = prove::run_inside(database, plan).await.err();
    database.run("ROLLBACK").await?;
    Ok(failed.filter(|it| !prove::needs_commit(&it.error)))
}

async fn back(database: &mut Database, parts: &mut [Part]) -> std::result::Result<(), Failure> {
    let mut watch = Watch::new(Basis::Measured);
    for part in parts.iter_mut().rev() {
        part.impacts.rollback = prove::run_watched(database, &part.down, Rows::Seeded, &mut watch).await?;
    }
    Ok(())
}

/// Looks for the rows of a table on which a step stops.
struct Search<'a> {
    plan: &'a Plan,
    table: &'a Relation,
    step: usize,
    until: Instant,
}

impl Search<'_> {
    /// The rows, by `ctid`, and how many rows there are. `None` when they cannot be found in time.
    async fn culprits(&mut self, database: &mut Database) -> Result<Option<(Vec<String>, usize)>> {
        let all: Vec<String> = database
            .value(&format!("SELECT coalesce(jsonb_agg(tableoid || ' ' || ctid), '[]') FROM {}", self.table.path()), &[])
            .await?;
        let mut culprits: Vec<String> = all.clone();
        if !self.passes(database, &all).await? {
            return Ok(None); // it stops without a row too
        }
        let mut parts = vec![all.clone()];
        while let Some(part) = parts.pop() {
            if Instant::now() > self.until {
                return Ok(None);
            }
            let without: Vec<String> = culprits.iter().filter(|it| !part.contains(it)).cloned().collect();
            if self.passes(database, &without).await? {
                culprits = without;
            } else if part.len() > 1 {
                let (first, second) = part.split_at(part.len() / 2);
                parts.push(second.to_vec());
                parts.push(first.to_vec());
            }
        }
        Ok(Some((culprits, all.len())))
    }

    /// Whether the step is passed when these rows are not there.
    async fn passes(&self, database: &mut Database, without: &[String]) -> Result<bool> {
        database.run("BEGIN").await?;
        let passed = match delete_here(database, self.table, without).await {
            Ok(()) => prove::run_inside(database, self.plan).await.map_or_else(|it| it.step > self.step, |()| true),
            Err(_) => false,
        };
        database.run("ROLLBACK").await?;
        Ok(passed)
    }
}

async fn delete(database: &mut Database, table: &Relation, rows: &[String]) -> Result<()> {
    database.run("BEGIN").await?;
    let deleted = delete_here(database, table, rows).await;
    database.run(if deleted.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    deleted
}

/// Deletes rows without triggers and foreign keys taking notice.
async fn delete_here(database: &mut Database, table: &Relation, rows: &[String]) -> Result<()> {
    let list: Vec<String> = rows.iter().map(|it| sql::literal(it)).collect();
    let list = if list.is_empty() { "NULL".to_owned() } else { list.join(", ") };
    let delete = format!("DELETE FROM {} WHERE tableoid || ' ' || ctid IN ({list})", table.path());
    database.run(&format!("SET session_replication_role = replica; {delete}; SET session_replication_role = origin")).await
}

fn summarize(
    base: &Catalog,
    there: &BTreeMap<Relation, TableVerdict>,
    back: Option<&BTreeMap<Relation, TableVerdict>>,
    values: &mut Values,
) {
    let stored: BTreeSet<&[String]> =
        base.objects.values().filter(|it| kind(&it.id.kind).holds_rows(it)).map(|it| it.id.path.as_slice()).collect();
    for (table, verdict) in there {
        let returned = back.and_then(|it| it.get(table));
        let TableVerdict::Kept { columns, lost, .. } = verdict else {
            if let TableVerdict::Gone { rows } = verdict {
                values.changes.push(Change {
                    of: table.to_string(),
                    migration: format!("gone with {rows} rows"),
                    rollback: table_back(returned),
                    silent: false,
                    stored: true,
                });
            }
            continue;
        };
        if *lost > 0 {
            let (of, migration) = (table.to_string(), format!("{lost} rows lost"));
            values.changes.push(Change { of, migration, rollback: table_back(returned), silent: true, stored: true });
        }
        for column in columns {
            let rollback = column_back(returned, &column.column);
            // What is computed is not lost by being computed in another way.
            let stored = stored.contains([&table.schema, &table.name, &column.column].map(String::clone).as_slice());
            match (&column.verdict, rollback.as_str()) {
                (Verdict::New, _) => {}
                (Verdict::Unchanged, UNCHANGED | NOT_COMPARED) => values.kept += 1,
                (verdict, _) => values.changes.push(Change {
                    of: format!("{table}.{}", column.column),
                    migration: words(verdict),
                    stored,
                    silent: stored && matches!(verdict, Verdict::Changed { .. }),
                    rollback,
                }),
            }
        }
    }
}

fn table_back(verdict: Option<&TableVerdict>) -> String {
    match verdict {
        None => NOT_COMPARED.to_owned(),
        Some(TableVerdict::Kept { lost: 0, .. }) => ALL_THERE.to_owned(),
        Some(TableVerdict::Kept { lost, .. }) => format!("{lost} rows do not come back"),
        Some(_) => "its rows do not come back".to_owned(),
    }
}

fn column_back(verdict: Option<&TableVerdict>, column: &str) -> String {
    match verdict {
        Some(TableVerdict::Kept { columns, .. }) => {
            columns.iter().find(|it| it.column == column).map_or("gone".to_owned(), |it| words(&it.verdict))
        }
        Some(_) => "gone with its table".to_owned(),
        None => NOT_COMPARED.to_owned(),
    }
}

fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Unchanged => UNCHANGED.to_owned(),
        Verdict::Gone => "gone".to_owned(),
        Verdict::New => "new".to_owned(),
        Verdict::Changed { changed, of, example } => {
            let value = |it: &Option<String>| it.as_ref().map_or("null".to_owned(), |it| short(it));
            let key = example.key.as_ref().map_or(String::new(), |it| format!(" at {it}"));
            format!("changed in {changed} of {of} rows, {} to {}{key}", value(&example.old), value(&example.new))
        }
    }
}

/// A value as a literal, cut where it is long.
fn short(value: &str) -> String {
    let cut: String = value.chars().take(24).collect();
    if cut.len() < value.len() { format!("{}…", sql::literal(&cut)) } else { sql::literal(&cut) }
}
