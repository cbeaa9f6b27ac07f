//! The proof: both ways are run on a clone until each leads exactly where it should, and again.
//!
//! What a plan left undone (default privileges, inherited attributes, names that PostgreSQL chose) is planned from the state
//! reached, appended, and all is run anew from the start: measured, not guessed.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::bodies;
use crate::catalog::Catalog;
use crate::conversions::{self, Guards};
use crate::data_checks::{self, Checked};
use crate::engine::Base;
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::impact::Impacts;
use crate::kinds::{self, Conditions, Reading};
use crate::parts;
use crate::plan::Plan;
use crate::renames::{self, Renamed, Turns, Wanted};
use crate::rules::Rules;
use crate::shadow::Shadow;
use crate::sizes::Sizes;
use crate::source::Check;
use crate::timing;
use crate::values::{self, Scope, Values};

pub(crate) use asserted::Rows;
use course::{Course, Draft};
pub(crate) use run::{Failure, needs_commit, run_as_far_as, run_inside, run_watched};
pub(crate) use stays::stays;

mod analyzed;
mod asserted;
mod course;
mod in_order;
mod new_rows;
mod otherwise;
mod outdated;
mod published;
mod recompiled;
mod refused;
mod run;
mod stays;
mod touched;

/// Why a column loses values that the change is not about.
const FIRED: &str = ", by what fires when rows of the table are updated (a trigger, a rule): if nobody misses what it was, say so above the \
                     column: -- schemagen: touched";

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
    /// It waits until the application is deployed that needs no more what it takes away.
    pub held: bool,
}

/// A proven change: one part, or several where a commit is needed in between.
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
    /// What it is about, where that is not told by its parts.
    pub about: Option<String>,
}

/// Plans both ways and runs them on copies of the clone until the way there gives exactly the desired state, the way back exactly
/// the old one, and the way there runs again.
pub async fn prove(shadow: &mut Shadow, base: &mut Base, desired: &Catalog, rules: &Rules, asked: &Asked<'_>) -> Result<Proven> {
    let mut database = base.clone_of(shadow).await?;
    let stage = timing::stage("renames");
    let mut renamed =
        renames::rename(&mut database, &base.catalog, desired, asked.renames, asked.turns, &base.server, rules).await?;
    let notes = std::mem::take(&mut renamed.notes);
    let start = base.catalog.clone();
    let from = renamed.base(&start);
    let sizes = renamed.sizes(&base.sizes).of_those_in(from);
    let server = &base.server.clone();
    // The way back over names that change in turn must not be seen half way.
    let whole = Sizes::empty();
    let back = if asked.held && asked.turns.change_names() && asked.turns.ends.is_empty() { &whole } else { &sizes };
    let archive = asked.archive;
    let course = Course { from: &start, desired, rules, server, sizes: &sizes, back, renamed: &renamed, archive };
    let up = course.plan()?;
    let reading = Reading { pairs: renamed.pairs(), sampled: None };
    let mut checks = data_checks::of(&up, from, desired, &Conditions { reading, ..Conditions::ours(server) })?;
    // Who gives up what is dropped means the other losses too.
    let converted = if asked.archive.is_some() { conversions::of(&up, from, desired, server) } else { Vec::new() };
    let guards = Guards::of(&mut database, converted).await?;
    checks.extend(guards.checks());
    base.give_back(database);
    drop(stage);
    let at_the_end = asserted::at_the_end(&up, from, desired, asked.checks);
    let mut drafts = course.drafts(guards.before(up), at_the_end);
    for _ in 0..ATTEMPTS {
        let started = Instant::now();
        let mut database = base.clone_of(shadow).await?;
        let _stage = timing::stage("an attempt to prove");
        let attempt = course.attempt(&mut database, &mut drafts).await;
        let seconds = started.elapsed().as_secs_f64();
        let states = match attempt {
            Ok(Some(states)) => states,
            other => {
                database.close().await?;
                other?;
                continue;
            }
        };
        for (draft, states) in drafts.iter_mut().zip(states.windows(2)) {
            let Some(down) = &mut draft.down else { continue };
            down.stops = new_rows::stops(&mut database, down, &states[1], &states[0], server).await?;
        }
        let changes = parts::changes(drafts.iter().map(|it| &it.up));
        let mut findings = [notes, bodies::findings(&base.catalog, desired, &changes)].concat();
        let refused = refused::of(desired, &changes, &renamed, &mut database, base, shadow).await?;
        database.close().await?;
        findings.extend(outdated::of(from, desired, &changes));
        findings.extend(otherwise::of(from, desired, &changes, &Conditions { sizes: &sizes, ..Conditions::ours(server) }));
        findings.extend(states.last().map_or(Vec::new(), |it| stays(it, desired)));
        findings.extend(drafts.iter().rev().flat_map(|it| &it.stays).map(|it| format!("after the rollback: {it}")));
        let replaced: BTreeSet<String> = drafts.iter().flat_map(|it| it.archive.replaced()).map(|it| it.path.join(".")).collect();
        let part = |(draft, states): (Draft, &[Catalog])| part(draft, &states[0], &states[1], asked.held);
        let mut parts: Vec<Part> = drafts.into_iter().zip(states.windows(2)).map(part).collect();
        if let Some(last) = parts.iter_mut().rev().find_map(|it| it.up.steps.last_mut()) {
            last.step.hazards.extend(refused.into_iter().map(Hazard::BreaksApplication));
        }
        let values = measured(shadow, base, &renamed, &replaced, &mut parts, asked.scope).await?;
        return Ok(Proven { parts, seconds, values, findings, checks, about: None });
    }
    Err(Error::new("the proof did not come to an end: each run of the migration left something else undone")
        .help("this is a bug in schemagen: please report it with the two schemas"))
}

/// A draft that is proven, from one state to the other.
fn part(draft: Draft, from: &Catalog, to: &Catalog, held: bool) -> Part {
    let mut up = draft.up;
    if let Some(last) = up.steps.last_mut() {
        last.step.hazards.extend(kinds::refused_updates(from, to).into_iter().map(Hazard::BreaksApplication));
    }
    Part { up, down: draft.down.unwrap_or_default(), from: from.clone(), to: to.clone(), impacts: draft.impacts, held }
}

/// What the user asked for besides the schema.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Keep what is dropped, for the migration of this number.
    pub archive: Option<u32>,
    /// What is another name of the same.
    pub renames: &'a [Wanted],
    /// The renames that come before those.
    pub turns: &'a Turns,
    /// Its files wait for a deploy.
    pub held: bool,
    /// What must hold after it.
    pub checks: &'a [Check],
    /// The rows in the proof by value.
    pub scope: Scope<'a>,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        static NONE: Turns = Turns {
            without: Vec::new(),
            rounds: Vec::new(),
            turned: [Vec::new(), Vec::new()],
            informs: Vec::new(),
            needs: Vec::new(),
            settle: Vec::new(),
            ends: Vec::new(),
        };
        Asked { archive: None, renames: &[], turns: &NONE, held: false, checks: &[], scope: Scope::default() }
    }
}

impl Proven {
    /// This, and then another change.
    #[must_use]
    pub fn then(mut self, next: Proven) -> Proven {
        self.parts.extend(next.parts);
        self.seconds += next.seconds;
        self.values = both(self.values, next.values);
        self.findings.extend(next.findings.into_iter().filter(|it| !self.findings.contains(it)).collect::<Vec<_>>());
        self.checks.extend(next.checks);
        self
    }
}

/// What became of rows by two changes.
fn both(one: Values, other: Values) -> Values {
    Values {
        rows: one.rows.max(other.rows),
        tables: one.tables.max(other.tables),
        kept: one.kept.max(other.kept),
        changes: [one.changes, other.changes].concat(),
        not_compared: [one.not_compared, other.not_compared].concat(),
        stops: [one.stops, other.stops].concat(),
        rollback_stops: one.rollback_stops.or(other.rollback_stops),
        real: one.real.max(other.real),
        sampled: [one.sampled, other.sampled].concat(),
        seeded_instead: [one.seeded_instead, other.seeded_instead].concat(),
    }
}

/// The proof by value, on a clone of its own; needed only where a table was there before. Impacts are measured anew on its rows.
async fn measured(
    shadow: &mut Shadow,
    base: &mut Base,
    renamed: &Renamed,
    meant: &BTreeSet<String>,
    parts: &mut [Part],
    scope: Scope<'_>,
) -> Result<Values> {
    if values::meant(renamed.base(&base.catalog), parts, scope).is_empty() {
        return Ok(Values::default());
    }
    let mut database = base.clone_of(shadow).await?;
    let _stage = timing::stage("prove by value");
    let values = values::measure(&mut database, &base.catalog, renamed, parts, &base.server, scope).await;
    database.close().await?;
    // What a server says may hold a value of a real row.
    let told =
        |it: Error| if scope.sample.is_some() { "the sampled rows could not be compared".to_owned() } else { it.to_string() };
    let mut values = values.unwrap_or_else(|it| Values { not_compared: vec![told(it)], ..Values::default() });
    for change in values.changes.iter_mut().filter(|it| meant.contains(&it.of)) {
        change.silent = false;
    }
    Ok(values)
}

impl Proven {
    /// What triggers write whenever a row is updated is nothing that people stored, where the change is about something else.
    pub fn touches(&mut self, columns: &BTreeSet<String>) {
        let changed = self.changed();
        for it in self.values.changes.iter_mut().filter(|it| columns.contains(&it.of) && !changed.contains(&it.of)) {
            (it.silent, it.stored) = (false, false);
        }
    }

    /// What the migration is about, as values are called: `public.orders.status`.
    fn changed(&self) -> BTreeSet<String> {
        self.parts.iter().flat_map(|it| it.up.changes.keys()).map(|it| it.path.join(".")).collect()
    }
}

/// What is lost for good, in words: by the migration, and where it keeps what it drops, what its rollback does not bring back.
pub fn losses(proven: &Proven, archived: bool) -> BTreeSet<String> {
    let hazards = proven.parts.iter().flat_map(|it| &it.up.steps).flat_map(|it| &it.step.hazards);
    let lost = hazards.filter_map(|it| match it {
        Hazard::DataLoss(what) => Some(what.clone()),
        _ => None,
    });
    let changed = proven.changed();
    // It is not the migration that changes it, nor its rollback.
    let by = |of: &str| if changed.contains(of) { "" } else { FIRED };
    let changes = proven.values.changes.iter();
    let silent = changes.clone().filter(|it| it.silent).map(|it| format!("values of {}: {}{}", it.of, it.migration, by(&it.of)));
    let kept = changes.filter(|it| archived && !it.silent && it.stored && !values::comes_back(it));
    let kept = kept.map(|it| format!("{}: after the rollback {}{}", it.of, it.rollback, by(&it.of)));
    lost.chain(silent).chain(kept).collect()
}
