//! The proof by value: rows are seeded into a clone, or real ones sampled, and read before the migration, after it, and after its
//! rollback. Where there are real ones nothing that is told holds a value of a row: numbers and names only.
//!
//! A migration may refuse rows that the schema before allows: `SET NOT NULL` stops where there is a null. Then the rows it stops
//! on are found by trying, told, and left out; what becomes of the others is compared.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::amount::counted;
use crate::catalog::{Catalog, Id};
use crate::connect::{self, Target};
use crate::database::Database;
use crate::error::Result;
use crate::impact::{Basis, Watch};
use crate::kinds::{Server, Sql, Step, kind};
use crate::plan::{Plan, Planned};
use crate::prove::{self, Failure, Part, Rows};
use crate::renames::Renamed;
use crate::rows::{self, Demand, Real, Relation, Sampled, Seeded};
use crate::shape;
use crate::timing;

use before::{Before, under_new_names};
use search::{Search, delete};
use told::{Words, summarize};

mod before;
mod demands;
mod grown;
mod search;
mod told;

/// How long the rows of one table that a migration stops on are told apart from the others, and how long those of all tables: a long
/// migration is run for each try.
const PATIENCE: [Duration; 2] = [Duration::from_secs(40), Duration::from_secs(80)];

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
    /// In how many tables; where no row could be had, in how many there should be some.
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
    /// How many of the rows are real ones.
    pub real: usize,
    /// Tables with real rows of the live database; none when all were seeded.
    pub sampled: Vec<Sample>,
    /// Tables that were seeded though real rows were wanted, and why.
    pub seeded_instead: Vec<String>,
}

/// How many rows of a table are real ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// `public.orders`
    pub table: String,
    /// So many were in the clone.
    pub rows: usize,
    /// So many the live table has, where it is known.
    pub of: Option<u64>,
    /// Whether they were counted, not estimated.
    pub counted: bool,
}

impl fmt::Display for Sample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} real {}", self.table, self.rows, if self.rows == 1 { "row" } else { "rows" })?;
        match self.of {
            Some(of) if self.counted => write!(out, " of {of}"),
            Some(of) => write!(out, " of about {of}"),
            None => Ok(()),
        }
    }
}

/// Real rows that are wanted instead of seeded ones.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Up to so many of each table.
    pub rows: usize,
    /// The database that has them.
    pub live: &'a Target,
}

/// Which rows the proof is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// Those of every table, not only of those that the change touches.
    pub every_table: bool,
    /// Real rows instead of seeded ones.
    pub sample: Option<Wanted<'a>>,
}

impl Values {
    /// `2 tables`
    pub fn tables(&self) -> String {
        counted(self.tables, "table", "tables")
    }

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

/// The tables with rows that the proof is about.
pub fn meant(base: &Catalog, parts: &[Part], scope: Scope<'_>) -> BTreeSet<Relation> {
    let is_table = |it: &&Id| base.get(it).is_some_and(|object| kind(&it.kind).is_table(object));
    if scope.every_table { base.objects.keys().filter(is_table).map(relation).collect() } else { touched(base, parts) }
}

/// Those that a change may touch.
fn touched(base: &Catalog, parts: &[Part]) -> BTreeSet<Relation> {
    let changed = parts.iter().flat_map(|part| part.up.changes.keys().map(move |id| (id, &part.to)));
    let touching = changed.filter(|it| kind(&it.0.kind).touches_rows());
    let tables = touching.flat_map(|(id, to)| table_of(base, id).or_else(|| table_of(to, id)));
    tables.chain(written(base, parts)).filter(|it| base.get(it).is_some()).map(|it| relation(&it)).collect()
}

/// Those whose rows a change itself updates.
fn written(base: &Catalog, parts: &[Part]) -> impl Iterator<Item = Id> {
    let updates = |it: &&Planned| shape::Words::new(&it.step.sql.text()).accept("UPDATE");
    parts.iter().flat_map(|it| &it.up.steps).filter(updates).filter_map(|it| table_of(base, &it.group))
}

pub(crate) fn table_of(state: &Catalog, id: &Id) -> Option<Id> {
    state.lineage(id).find(|it| state.get(it).is_some_and(|object| kind(&it.kind).is_table(object))).cloned()
}

fn relation(table: &Id) -> Relation {
    let name = |position: usize| table.path.get(position).map_or("", String::as_str);
    Relation::new(name(0), name(1))
}

/// Seeds the tables of a fresh clone, runs there and back, and compares. What the statements do to the tables is told anew.
///
/// What is renamed is followed: the rows before are read under the old names, to compare with what comes back, and under the new ones, to
/// compare with what the migration leaves.
pub async fn measure(
    database: &mut Database,
    base: &Catalog,
    renamed: &Renamed,
    parts: &mut [Part],
    server: &Server,
    scope: Scope<'_>,
) -> Result<Values> {
    let mut values = Values::default();
    let (base, renames) = (renamed.base(base), renamed.statements());
    let mut tables = meant(base, parts, scope);
    if tables.is_empty() {
        return Ok(values);
    }
    if !renames.is_empty() {
        tables = rows::names_before(database, &renames, &tables).await?;
    }
    let demands = demands::of(database, base, parts, server).await?;
    let seeded = filled(database, &tables, &demands, scope.sample, &mut values).await?;
    renamed.settle(database).await;
    let reasons = seeded.not_seeded.iter().flat_map(|(table, reasons)| reasons.iter().map(move |it| format!("{table}: {it}")));
    values.not_compared.extend(reasons);
    let tables: BTreeSet<Relation> = tables.into_iter().chain(seeded.rows.keys().cloned()).collect();
    let words = Words { real: scope.sample.is_some() };
    let Some(Before { old, new }) = there(database, base, &renames, parts, &tables, words, &mut values).await? else {
        return Ok(values);
    };
    values.rows = new.tables.values().map(|it| it.rows.len()).sum();
    values.tables = match new.tables.values().filter(|it| !it.rows.is_empty()).count() {
        0 => new.tables.len(),
        filled => filled,
    };
    let after = rows::read_after(database, &new.tables.keys().cloned().collect(), &new).await?;
    let back = match back(database, parts).await {
        Ok(()) => Some(rows::read_after(database, &tables, &old).await?),
        Err(failure) => {
            values.rollback_stops = Some(words.error(&failure.error));
            None
        }
    };
    let mut there = rows::compare(&new, &after);
    // Where no row is, none is kept: why there is none is told.
    there.retain(|table, _| new.tables.get(table).is_none_or(|it| !it.rows.is_empty()));
    let back = back.map(|it| under_new_names(rows::compare(&old, &it), &old, &new));
    summarize(base, &there, back.as_ref(), &grown::grown(base, parts), words, &mut values);
    Ok(values)
}

/// Fills the tables: with real rows where they are wanted and can be had, else with seeded ones.
async fn filled(
    database: &mut Database,
    tables: &BTreeSet<Relation>,
    demands: &[Demand],
    wanted: Option<Wanted<'_>>,
    values: &mut Values,
) -> Result<Seeded> {
    let Some(wanted) = wanted else {
        let _stage = timing::stage("  seed rows");
        return rows::seed_beside(database, tables, &BTreeSet::new(), demands).await;
    };
    let stage = timing::stage("  sample rows");
    let sampled = sampled(database, tables, wanted).await;
    drop(stage);
    let sampled = sampled.unwrap_or_else(|error| {
        let code = error.sqlstate.map_or(String::new(), |it| format!(" (SQLSTATE {it})"));
        values.seeded_instead.push(format!("all tables: the live database could not be sampled{code}"));
        Sampled::default()
    });
    let sample = |(table, Real { rows, of, counted }): (&Relation, &Real)| Sample {
        table: table.to_string(),
        rows: *rows,
        of: *of,
        counted: *counted,
    };
    values.sampled = sampled.rows.iter().filter(|it| !sampled.partitions.contains(it.0)).map(sample).collect();
    values.real = sampled.rows.values().map(|it| it.rows).sum();
    values.seeded_instead.extend(sampled.left.iter().map(|(table, reason)| format!("{table}: {reason}")));
    let _stage = timing::stage("  seed rows");
    let rest: BTreeSet<Relation> = tables.iter().filter(|it| !sampled.rows.contains_key(it)).cloned().collect();
    let there = sampled.rows.keys().chain(&sampled.partitions).cloned().collect();
    let mut seeded = rows::seed_beside(database, &rest, &there, demands).await?;
    seeded.rows.extend(sampled.rows.iter().map(|(table, real)| (table.clone(), real.rows)));
    Ok(seeded)
}

async fn sampled(database: &mut Database, tables: &BTreeSet<Relation>, wanted: Wanted<'_>) -> Result<Sampled> {
    let mut live = connect::open(wanted.live).await?;
    let sampled = rows::sample(database, &mut live, tables, wanted.rows).await;
    live.close().await?;
    sampled
}

/// Runs the migration over the seeded rows, without those it stops on. The rows before; `None` when it cannot be had to run.
async fn there(
    database: &mut Database,
    base: &Catalog,
    renames: &[String],
    parts: &mut [Part],
    tables: &BTreeSet<Relation>,
    words: Words,
    values: &mut Values,
) -> Result<Option<Before>> {
    let started = Instant::now();
    // What is committed statement by statement leaves no way back to the rows: it is tried in one transaction first.
    let rehearsal = parts.iter().any(|it| !it.up.is_transactional()).then(|| in_one_transaction(parts));
    let mut before = Before::read(database, tables, renames).await?;
    let mut has_fewer = false;
    loop {
        // Where rows were in its way, it is tried unwatched until none is: the others are read then.
        let unwatched = rehearsal.as_ref().or(has_fewer.then_some(&parts[0].up).filter(|it| it.is_transactional()));
        let mut failed = match unwatched {
            Some(plan) => rehearsed(database, plan).await?,
            None => None,
        };
        if failed.is_none() && std::mem::take(&mut has_fewer) {
            before = Before::read(database, tables, renames).await?;
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
        // Rows are deleted before the migration: under the name that the table has then.
        let oid = table.and_then(|it| before.new.tables.get(&it)).map(|it| it.oid);
        let table = before.old.tables.iter().find(|it| Some(it.1.oid) == oid).map(|it| it.0.clone());
        let (Some(table), true, true) = (table, about_rows, is_undone) else {
            values.not_compared.push(format!(
                "all tables: the migration stops on the {} rows: {}",
                words.kind(),
                words.error(&failure.error)
            ));
            return Ok(None);
        };
        let until = (Instant::now() + PATIENCE[0]).min(started + PATIENCE[1]);
        let mut search = Search { plan, table: &table, step: failure.step, until, with_orphans: false };
        let Some(culprits) = search.culprits(database).await?.filter(|it| !it.rows.is_empty()) else {
            let stops = format!("all tables: the migration stops on the {} rows of {table}", words.kind());
            values.not_compared.push(format!("{stops}: {}", words.error(&failure.error)));
            return Ok(None);
        };
        delete(database, &table, &culprits.rows).await?;
        has_fewer = true;
        if culprits.rows.len() == culprits.of {
            values.not_compared.push(format!("{table}: no row is left"));
        }
        values.stops.push(format!("{}: {}", words.culprits(&culprits, &table), words.error(&failure.error)));
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
    // As where it will run: what was read before left a search_path that hides what bodies name without a schema.
    database.run("RESET ALL").await?;
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
