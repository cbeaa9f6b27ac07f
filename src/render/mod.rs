//! A plan as text: the migration, its rollback and the log a reviewer reads. Nothing here talks to a server.

mod application;
mod impacts;
mod log;
mod migration;
mod names;
mod rename;
mod rollback;
mod sentence;
mod statements;
mod title;

pub use log::{Log, log};
pub use migration::migration;
pub use rollback::rollback;
pub use statements::{Statement, statements};
pub use title::{purpose, slug, title};

use std::collections::BTreeSet;
use std::fmt;

use crate::catalog::Id;
use crate::data_checks::Checked;
use crate::hazard::Hazard;
use crate::impact::{Impact, Impacts};
use crate::kinds::Verb;
use crate::lock::{Mode, Work};
use crate::plan::Plan;
use crate::values::{self, Values};

/// What all three texts say of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its number, counted from 1.
    pub number: u32,
    /// In words: `Add orders status`.
    pub title: &'a str,
    /// What it is for, as far as the changes tell.
    pub purpose: &'a str,
    /// How careful one must be.
    pub risk: Risk,
    /// How long it takes, in words.
    pub estimate: String,
    /// What the rollback brings back: `exact`, `structure only: …`.
    pub grade: String,
    /// Fingerprint of the schema before.
    pub from: &'a str,
    /// Fingerprint of the schema after.
    pub to: &'a str,
    /// Live rows on which it stops, in words.
    pub stops: &'a [String],
    /// Whether all of it runs in one transaction.
    pub transactional: bool,
}

/// How careful one must be with a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing blocks for long, nothing breaks, the rollback is exact.
    Safe,
    /// A statement may block for long, values may be refused or lost, or the rollback is not exact.
    Risky,
    /// It must wait for a deploy of the application.
    Complex,
}

impl fmt::Display for Risk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Risk::Safe => "Safe",
            Risk::Risky => "Risky",
            Risk::Complex => "Complex",
        })
    }
}

/// What the proof on a clone found.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// `PostgreSQL 17.11`
    pub server: String,
    /// The migration leads to exactly the desired schema.
    pub reaches: bool,
    /// The rollback leads back to exactly the schema before.
    pub returns: bool,
    /// The migration ran once more after the rollback, with the same result.
    pub again: bool,
    /// How many statements ran, both scripts together.
    pub statements: usize,
    /// What became of seeded rows.
    pub values: Values,
    /// What a reader must know of it besides.
    pub findings: Vec<String>,
    /// What live rows were asked.
    pub checks: Vec<Checked>,
}

/// The risk of migrating `up`, given what its rollback `down` can bring back. Sizes are unknown here and count as large.
pub fn risk(up: &Plan, down: &Plan, impacts: &Impacts) -> Risk {
    if application::demands(up, down).iter().any(|it| it.waits) {
        return Risk::Complex;
    }
    let strong = |it: &Impact| it.locks.iter().any(|lock| lock.mode >= Mode::Share);
    let blocks = impacts.migration.iter().any(|it| it.work > Work::Catalog && strong(it));
    let loses = hazards(up).any(|it| matches!(it, Hazard::DataLoss(_) | Hazard::Converts(_)));
    let inexact = !lost_by_rollback(up, down).is_empty() || !not_returned(up, down).is_empty();
    if blocks || loses || inexact { Risk::Risky } else { Risk::Safe }
}

fn hazards(plan: &Plan) -> impl Iterator<Item = &Hazard> {
    plan.steps.iter().flat_map(|it| &it.step.hazards)
}

/// The hazards of a rollback on what was there before the migration: what came with it is not counted.
fn hazards_back<'a>(up: &Plan, down: &'a Plan) -> impl Iterator<Item = &'a Hazard> {
    let came = |id: &Id| up.changes.get(id) == Some(&Verb::Create);
    down.steps.iter().filter(move |it| !came(&it.id) && !came(&it.group)).flat_map(|it| &it.step.hazards)
}

/// What the rollback brings back of what was there before the migration, in words.
pub fn grade(up: &Plan, down: &Plan, values: &Values) -> String {
    let lost: Vec<&str> = hazards(up).filter_map(lost).chain(lost_by_rollback(up, down)).collect();
    let changed = values.changes.iter().filter(|it| !values::comes_back(it));
    let changed: Vec<&str> = changed.map(|it| it.of.as_str()).collect();
    if let Some(stop) = &values.rollback_stops {
        return format!("may fail: {stop}");
    }
    match (lost.first(), changed.first()) {
        (Some(first), _) => format!("structure only: {first} {}", and_more(lost.len() - 1)).trim_end().to_owned(),
        (None, Some(first)) => format!("structure only: values of {first} {}", and_more(changed.len() - 1)).trim_end().to_owned(),
        _ if !not_returned(up, down).is_empty() => "exact, as far as seeded rows show".to_owned(),
        _ => "exact".to_owned(),
    }
}

fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!("and {count} more") }
}

/// What the rollback destroys that was there before the migration.
fn lost_by_rollback<'a>(up: &Plan, down: &'a Plan) -> Vec<&'a str> {
    hazards_back(up, down).filter_map(lost).collect()
}

/// What does not come back as it was.
fn not_returned<'a>(up: &'a Plan, down: &'a Plan) -> Vec<&'a str> {
    let gone = hazards(up).filter_map(|it| if let Hazard::Irreversible(what) = it { Some(what.as_str()) } else { None });
    let back = hazards_back(up, down).filter_map(|it| match it {
        Hazard::Irreversible(what) | Hazard::Converts(what) => Some(what.as_str()),
        _ => None,
    });
    gone.chain(back).collect()
}

/// The words of a data loss.
fn lost(hazard: &Hazard) -> Option<&str> {
    match hazard {
        Hazard::DataLoss(what) => Some(what),
        _ => None,
    }
}

/// How long a migration takes, in words. Without live statistics only catalog changes can be told.
pub fn estimate(impacts: &[Impact]) -> String {
    let mut tables: Vec<&str> = Vec::new();
    let mut unnamed = false;
    for impact in impacts.iter().filter(|it| it.work > Work::Catalog) {
        let locked = impact.locks.iter().map(|it| it.relation.as_str());
        let on = if impact.tables().is_empty() { locked.collect() } else { impact.tables() };
        unnamed |= on.is_empty();
        tables.extend(on.into_iter().filter(|it| !it.is_empty()));
    }
    let tables: BTreeSet<&str> = tables.into_iter().collect();
    match tables.len() {
        0 if unnamed => "unknown, depends on what its queries read".to_owned(),
        0 => "under a second".to_owned(),
        1..=3 => format!("unknown, depends on the size of {}", tables.into_iter().collect::<Vec<_>>().join(", ")),
        many => format!("unknown, depends on the size of {many} relations"),
    }
}
