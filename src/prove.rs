//! The proof: both ways are run on a clone until each leads exactly where it should, and again.
//!
//! What a plan left undone (default privileges, inherited attributes, names that PostgreSQL chose) is planned from the state
//! reached, appended, and all is run anew from the start: measured, not guessed.

mod asserted;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::archive::Archive;
use crate::bodies;
use crate::catalog::{Catalog, Id};
use crate::conversions::{self, Guards};
use crate::data_checks::{self, Checked};
use crate::database::Database;
use crate::diff::diff;
use crate::engine::{Base, differences};
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::impact::{self, Basis, Impact, Impacts, Watch};
use crate::introspect::introspect_ours;
use crate::kinds::{Manner, Verb};
use crate::plan::{Plan, Planned, plan};
use crate::renames::{self, Renamed, Wanted};
use crate::render;
use crate::rules::Rules;
use crate::shadow::Shadow;
use crate::source::Check;
use crate::spelling;
use crate::timing;
use crate::values::{self, Values};

pub(crate) use asserted::Rows;

/// How often the plans are completed.
const ATTEMPTS: usize = 10;

/// One migration file in the making: the way there and the way back, both run on the clone.
#[derive(Debug)]
pub struct Part {
    /// The migration.
    pub up: Plan,
    /// Its rollback.
    pub down: Plan,
    /// The state before.
    pub from: Catalog,
    /// The state after.
    pub to: Catalog,
    /// What both do to relations that are there before.
    pub impacts: Impacts,
}

/// A proven change: one part, or several where PostgreSQL asks for a commit in between.
#[derive(Debug)]
pub struct Proven {
    /// In the order in which they run.
    pub parts: Vec<Part>,
    /// How long the last run of migration, rollback and migration took.
    pub seconds: f64,
    /// What became of seeded rows, there and back.
    pub values: Values,
    /// What a reviewer must know of it besides.
    pub findings: Vec<String>,
    /// What is asked of the rows that are there before it.
    pub checks: Vec<Checked>,
}

/// Plans both ways and runs them on copies of the clone until the way there gives exactly the desired state, the way back exactly
/// the old one, and the way there runs again.
pub async fn prove(shadow: &mut Shadow, base: &mut Base, desired: &Catalog, rules: &Rules, asked: &Asked<'_>) -> Result<Proven> {
    let mut database = base.clone_of(shadow).await?;
    let stage = timing::stage("renames");
    let (renamed, notes) = renamed(&mut database, base, desired, rules, asked.renames).await?;
    let from = renamed.base(&base.catalog);
    let up = plan(from, desired, &base.server, Manner::Strict)?;
    let mut checks = data_checks::of(&up, from, desired, &base.server)?;
    let of = |number| Archive::of(&up, from, desired, &base.server, number);
    let archive = asked.archive.map(of).unwrap_or_default();
    // Who gives up what is dropped means the other losses too.
    let converted = if asked.archive.is_some() { conversions::of(&up, from, desired, &base.server) } else { Vec::new() };
    let guards = Guards::of(&mut database, converted).await?;
    checks.extend(guards.checks());
    let at_the_end = asserted::at_the_end(&up, from, desired, asked.checks);
    base.give_back(database);
    drop(stage);
    let around = Around { archive, guards, checks: at_the_end, renamed };
    let mut ups = vec![around.before(up)];
    let mut downs: BTreeMap<usize, Plan> = BTreeMap::new();
    for _ in 0..ATTEMPTS {
        let started = Instant::now();
        let mut database = base.clone_of(shadow).await?;
        let _stage = timing::stage("an attempt to prove");
        let attempt = attempt(&mut database, base, desired, rules, &around, &mut ups, &mut downs).await;
        database.close().await?;
        if let Some(Reached { states, impacts }) = attempt? {
            let changes = ups.iter().flat_map(|it| it.changes.clone()).collect();
            let findings = [notes, bodies::findings(&base.catalog, desired, &changes)].concat();
            let mut parts: Vec<Part> = (0..ups.len())
                .map(|it| Part {
                    up: ups[it].clone(),
                    down: downs.get(&it).cloned().unwrap_or_default(),
                    from: states[it].clone(),
                    to: states[it + 1].clone(),
                    impacts: impacts[it].clone(),
                })
                .collect();
            let seconds = started.elapsed().as_secs_f64();
            let values = measured(shadow, base, &around.archive, &mut parts).await?;
            return Ok(Proven { parts, seconds, values, findings, checks });
        }
    }
    Err(Error::new("the proof did not come to an end: each run of the migration left something else undone")
        .help("this is a bug in schemagen: please report it with the two schemas"))
}

/// What the user asked for besides the schema.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Keep what is dropped, for the migration of this number.
    pub archive: Option<u32>,
    /// What is another name of the same.
    pub renames: &'a [Wanted],
    /// What must hold after it.
    pub checks: &'a [Check],
}

/// The renames that were asked for, and those that follow from what is left.
async fn renamed(
    database: &mut Database,
    base: &Base,
    desired: &Catalog,
    rules: &Rules,
    wanted: &[Wanted],
) -> Result<(Renamed, Vec<String>)> {
    let (asked, notes) = renames::resolve(&base.catalog, desired, wanted)?;
    let first = renames::measure(database, &base.catalog, &asked, &base.server, rules).await?;
    let more = renames::forced(first.base(&base.catalog), desired);
    if more.is_empty() {
        return Ok((first, notes));
    }
    // Where a name is not free yet, those nobody asked for are dropped and created as anything else.
    let pairs = [asked, more].concat();
    let all = renames::measure(database, &base.catalog, &pairs, &base.server, rules).await;
    Ok((all.unwrap_or(first), notes))
}

/// What stands around a plan: renames and copies before it, and the same undone after the way back.
struct Around {
    renamed: Renamed,
    archive: Archive,
    guards: Guards,
    checks: Vec<Planned>,
}

impl Around {
    fn before(&self, plan: Plan) -> Plan {
        let mut plan = self.renamed.before(self.archive.before(self.guards.before(plan)));
        plan.steps.extend(self.checks.iter().cloned());
        plan
    }

    fn after(&self, plan: Plan) -> Plan {
        self.renamed.after(self.archive.after(plan))
    }
}

/// The states that a migration leads through, and what it does on the way, measured on tables without rows.
struct Reached {
    states: Vec<Catalog>,
    impacts: Vec<Impacts>,
}

/// The proof by value, on a clone of its own; needed only where a table was there before. Impacts are measured anew on its rows.
async fn measured(shadow: &mut Shadow, base: &mut Base, archive: &Archive, parts: &mut [Part]) -> Result<Values> {
    if values::touched(&base.catalog, parts).is_empty() {
        return Ok(Values::default());
    }
    let mut database = base.clone_of(shadow).await?;
    let _stage = timing::stage("prove by value");
    let values = values::measure(&mut database, &base.catalog, parts).await;
    database.close().await?;
    let mut values = values.unwrap_or_else(|it| Values { not_compared: vec![it.to_string()], ..Values::default() });
    let meant: BTreeSet<String> = archive.replaced().map(|it| it.path.join(".")).collect();
    for change in values.changes.iter_mut().filter(|it| meant.contains(&it.of)) {
        change.silent = false;
    }
    Ok(values)
}

/// One run there, back and there again. `None` when the plans had to be completed: then all is run anew.
async fn attempt(
    database: &mut Database,
    base: &Base,
    desired: &Catalog,
    rules: &Rules,
    around: &Around,
    ups: &mut Vec<Plan>,
    downs: &mut BTreeMap<usize, Plan>,
) -> Result<Option<Reached>> {
    let mut states = vec![base.catalog.clone()];
    for number in 0..ups.len() {
        if let Err(error) = run(database, &ups[number]).await {
            if needs_commit(&error.error) && error.step > 0 {
                let rest = ups[number].steps.split_off(error.step);
                let changes = ups[number].changes.clone();
                ups.insert(number + 1, Plan { steps: rest, changes });
                return Ok(None);
            }
            return Err(error.error.within("the migration fails on a clone of the database"));
        }
        states.push(rules.apply(introspect_ours(database).await?).0);
    }
    let reached = &states[ups.len()];
    let ways: Vec<&Plan> = ups.iter().collect();
    if !is_reached(reached, desired, &ways) {
        let more = plan(reached, desired, &base.server, Manner::Strict)?;
        return append(ups.last_mut(), more, reached, desired, "the migration does not reach the desired schema");
    }
    let mut impacts = vec![Impacts::default(); ups.len()];
    let mut watch = Watch::new(Basis::Empty);
    for number in (0..ups.len()).rev() {
        let (from, to) = (&states[number + 1], &states[number]);
        // The way back of the first part ends where the renames begin.
        let back = |manner: Manner| match number {
            0 => Ok::<_, Error>(around.after(plan(from, around.renamed.base(to), &base.server, manner)?)),
            _ => plan(from, to, &base.server, manner),
        };
        let down = match downs.entry(number) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(back(around.archive.manner())?),
        };
        match run_watched(database, down, Rows::None, &mut watch).await {
            Ok(it) => impacts[number].rollback = it,
            Err(it) if needs_commit(&it.error) && down.steps.len() > 1 => {
                let whole = back(Manner::OneTransaction)?;
                if whole.steps != down.steps {
                    *down = whole;
                    return Ok(None);
                }
                return Err(it.error.within("the rollback fails on a clone of the database"));
            }
            Err(it) => return Err(it.error.within("the rollback fails on a clone of the database")),
        }
        let reached = rules.apply(introspect_ours(database).await?).0;
        if !is_reached(&reached, to, &[down]) {
            let more = plan(&reached, to, &base.server, Manner::Tolerant)?;
            return append(downs.get_mut(&number), more, &reached, to, "the rollback does not restore the old schema");
        }
    }
    let mut watch = Watch::new(Basis::Empty);
    for (number, up) in ups.iter().enumerate() {
        let again = run_watched(database, up, Rows::None, &mut watch).await;
        impacts[number].migration =
            again.map_err(|it| it.error.within("the migration fails when it runs again after its rollback"))?;
    }
    let again = rules.apply(introspect_ours(database).await?).0;
    if !is_reached(&again, desired, &ups.iter().collect::<Vec<_>>()) {
        return Err(differences(&again, desired, "the migration, run again after its rollback, gives another schema"));
    }
    Ok(Some(Reached { states, impacts }))
}

/// Whether a state is the wanted one. What the plans made from its printed text is, however it is printed now.
fn is_reached(state: &Catalog, wanted: &Catalog, plans: &[&Plan]) -> bool {
    let left = diff(state, wanted);
    let is_made = |id: &Id| plans.iter().any(|it| matches!(it.changes.get(id), Some(verb) if *verb != Verb::Drop));
    left.is_empty() || {
        let alike = spelling::alike(state, wanted);
        left.keys().all(|it| alike.contains(it) && is_made(it))
    }
}

/// Whether a statement uses an enum label that was added in the same transaction (55P04).
fn needs_commit(error: &Error) -> bool {
    error.sqlstate.as_deref() == Some("55P04")
}

/// Appends what a plan left undone; fails when nothing can be done about it.
fn append(plan: Option<&mut Plan>, more: Plan, reached: &Catalog, wanted: &Catalog, message: &str) -> Result<Option<Reached>> {
    tracing::debug!(left = %differences(reached, wanted, message));
    match plan {
        Some(plan) if !more.steps.is_empty() && !repeats(plan, &more) => {
            plan.append(more.steps);
            Ok(None)
        }
        _ => Err(differences(reached, wanted, message).help("nothing was written; this is a bug in schemagen: please report it")),
    }
}

/// Whether all of `more` was already tried at the end of `plan`.
fn repeats(plan: &Plan, more: &Plan) -> bool {
    let tail: Vec<_> =
        plan.steps.iter().rev().skip_while(|it| it.step.asserts()).take(more.steps.len()).map(|it| &it.step).collect();
    more.steps.iter().rev().map(|it| &it.step).eq(tail)
}

/// A statement that failed, by the number of its first step.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) step: usize,
    pub(crate) error: Error,
}

/// Runs a plan as one migration file runs: in one transaction.
pub(crate) async fn run(database: &mut Database, plan: &Plan) -> std::result::Result<(), Failure> {
    transaction(database, plan, Rows::None, None).await
}

/// The same, and tells what each statement did.
pub(crate) async fn run_watched(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    watch: &mut Watch,
) -> std::result::Result<Vec<Impact>, Failure> {
    transaction(database, plan, rows, Some(watch)).await?;
    Ok(watch.end())
}

async fn transaction(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    let _stage = timing::stage("run a script");
    let outer = |error: Error| Failure { step: 0, error };
    // As where it will run: reading a catalog leaves a search_path that hides what bodies name without a schema.
    database.run("RESET ALL").await.map_err(outer)?;
    database.run("BEGIN").await.map_err(outer)?;
    if let Err(failure) = statements(database, plan, rows, watch).await {
        database.run("ROLLBACK").await.map_err(outer)?;
        return Err(failure);
    }
    database.run("COMMIT").await.map_err(outer)
}

/// Runs the statements of a plan in the transaction that is open.
pub(crate) async fn run_inside(database: &mut Database, plan: &Plan) -> std::result::Result<(), Failure> {
    statements(database, plan, Rows::Seeded, None).await
}

async fn statements(
    database: &mut Database,
    plan: &Plan,
    rows: Rows,
    mut watch: Option<&mut Watch>,
) -> std::result::Result<(), Failure> {
    let outer = |error: Error| Failure { step: 0, error };
    database.run("SET LOCAL check_function_bodies = off").await.map_err(outer)?;
    if let Some(watch) = &mut watch {
        watch.begin(database, impact::told(plan)).await.map_err(outer)?;
    }
    let mut step = 0;
    for statement in render::statements(plan) {
        let ran = match statement.hazards.iter().find_map(Hazard::asserted) {
            Some(what) => asserted::run(database, &statement.sql, what, rows).await,
            None => database.run(&statement.sql).await,
        };
        if let Err(error) = ran {
            return Err(Failure { step, error: error.note(format!("statement: {}", statement.sql)) });
        }
        if let Some(watch) = &mut watch {
            watch.after(database).await.map_err(|error| Failure { step, error })?;
        }
        step += statement.ids.len();
    }
    Ok(())
}

/// What is lost for good, in words: by the migration, and where it keeps what it drops, what its rollback does not bring back.
pub fn losses(proven: &Proven, archived: bool) -> BTreeSet<String> {
    let hazards = proven.parts.iter().flat_map(|it| &it.up.steps).flat_map(|it| &it.step.hazards);
    let lost = hazards.filter_map(|it| match it {
        Hazard::DataLoss(what) => Some(what.clone()),
        _ => None,
    });
    let changes = proven.values.changes.iter();
    let silent = changes.clone().filter(|it| it.silent).map(|it| format!("values of {}: {}", it.of, it.migration));
    let kept = changes.filter(|it| archived && !it.silent && it.stored && !values::comes_back(it));
    lost.chain(silent).chain(kept.map(|it| format!("{}: after the rollback {}", it.of, it.rollback))).collect()
}
