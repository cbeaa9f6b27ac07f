//! A plan as text: the migration, its rollback and the log a reviewer reads. Nothing here talks to a server.

mod application;
mod blocks;
mod brief;
mod impacts;
mod log;
mod migration;
mod names;
mod rename;
mod risk;
mod rollback;
mod sentence;
mod statements;
mod title;

pub use log::{Log, log};
pub use migration::{migration, plain};
pub use risk::{Judgement, Risk, Risks, risks};
pub use rollback::rollback;
pub use statements::{Statement, statements};
pub use title::{purpose, slug, title};

use crate::amount::counted;
use crate::catalog::Id;
use crate::data_checks::Checked;
use crate::estimate::Estimate;
use crate::hazard::Hazard;
use crate::kinds::Verb;
use crate::plan::Plan;
use crate::values::{self, Values};

/// What all three texts say of a migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Header<'a> {
    /// Its number, counted from 1.
    pub number: u32,
    /// In words: `Add orders status`.
    pub title: &'a str,
    /// What it is for, as far as the changes tell.
    pub purpose: &'a str,
    /// How careful one must be.
    pub risks: &'a Risks,
    /// How long it takes.
    pub estimate: &'a Estimate,
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
    /// The version after which an application must be deployed before it may run.
    pub contract_of: Option<&'a str>,
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
        _ => match (down.stops.first(), not_returned(up, down).first()) {
            (Some(first), _) => format!("may fail on new data: {first} {}", and_more(down.stops.len() - 1)).trim_end().to_owned(),
            (None, Some(first)) => format!("exact, but {first}"),
            _ => "exact".to_owned(),
        },
    }
}

/// How many rows were compared: `120 seeded rows`, `120 rows (20 of them real)`.
pub fn rows(values: &Values) -> String {
    match values.real {
        0 => counted(values.rows, "seeded row", "seeded rows"),
        real => format!("{} ({real} of them real)", counted(values.rows, "row", "rows")),
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
        Hazard::Irreversible(what) => Some(what.as_str()),
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
