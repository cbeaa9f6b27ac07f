//! How careful one must be with a migration, and why: for what waits, for the application, and for what is stored.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::estimate::Estimate;
use crate::hazard::Hazard;
use crate::plan::Plan;

use super::{application, hazards, lost_by_rollback, not_returned};

/// Seconds that others may wait before it counts as risky.
const BUDGET: f64 = 1.0;

/// How careful one must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing blocks for long, nothing breaks, the rollback is exact.
    #[default]
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

/// One risk and all reasons for it; none where it is safe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// How careful one must be.
    pub risk: Risk,
    /// Why.
    pub reasons: Vec<String>,
}

impl Judgement {
    fn of(risk: Risk, reasons: Vec<String>) -> Judgement {
        if reasons.is_empty() { Judgement::default() } else { Judgement { risk, reasons } }
    }
}

/// The risk of a migration, by what is at risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Risks {
    /// Who waits for how long.
    pub locks: Judgement,
    /// Whether running code breaks.
    pub application: Judgement,
    /// What is lost or refused, there or back.
    pub data: Judgement,
}

impl Risks {
    /// The greatest.
    pub fn greatest(&self) -> Risk {
        self.locks.risk.max(self.application.risk).max(self.data.risk)
    }

    /// What is not safe, in one line each: `locks Risky: writes of public.t wait for 2 to 9 s`.
    pub fn lines(&self) -> Vec<String> {
        let all = [("locks", &self.locks), ("application", &self.application), ("data", &self.data)];
        let unsafe_ones = all.into_iter().filter(|it| it.1.risk > Risk::Safe);
        let line = |(name, it): (&str, &Judgement)| {
            let first = it.reasons.first().map_or("", String::as_str).trim_end_matches('.');
            format!("{name} {}: {first} {}", it.risk, super::and_more(it.reasons.len().saturating_sub(1))).trim_end().to_owned()
        };
        unsafe_ones.map(line).collect()
    }
}

/// The risks of migrating `up`, given its rollback `down`, how long it takes, and the live rows on which it stops.
pub fn risks(up: &Plan, down: &Plan, estimate: &Estimate, stops: &[String]) -> Risks {
    let waits = application::demands(up, down).into_iter().filter(|it| it.waits).map(|it| it.text).collect();
    Risks {
        locks: Judgement::of(Risk::Risky, locks(estimate).into_iter().collect()),
        application: Judgement::of(Risk::Complex, waits),
        data: Judgement::of(Risk::Risky, data(up, down, stops)),
    }
}

/// Who waits for longer than the budget.
fn locks(estimate: &Estimate) -> Option<String> {
    let whom = estimate.blocks?;
    let on = super::impacts::relations(&estimate.blocked.iter().map(String::as_str).collect::<Vec<_>>());
    match estimate.blocking {
        Some(time) if time.high <= BUDGET => None,
        Some(time) => Some(format!("{whom} of {on} wait for {time}")),
        None => Some(format!("{whom} of {on} wait, for how long is not known")),
    }
}

fn data(up: &Plan, down: &Plan, stops: &[String]) -> Vec<String> {
    let stops = stops.iter().map(|it| format!("it stops on live rows: {it}"));
    let there = hazards(up).filter_map(|it| match it {
        Hazard::DataLoss(what) => Some(format!("destroys {what}")),
        Hazard::Converts(what) => Some(what.clone()),
        Hazard::Fires(what) => Some(format!("filling rows runs {what}, and no rollback undoes what that does elsewhere")),
        Hazard::Misses(what) => Some(format!("{what}: --strategy expand-contract keeps both in step")),
        Hazard::TakesTimesAsUtc(of) => Some(format!("times of {of} are taken as UTC")),
        _ => None,
    });
    let lost = lost_by_rollback(up, down).into_iter().map(|it| format!("the rollback loses {it}"));
    let inexact = not_returned(up, down).into_iter().map(|it| format!("not brought back exactly: {it}"));
    let new = down.stops.iter().map(|it| format!("the rollback may stop on rows written since: {it}"));
    let mut reasons: Vec<String> = Vec::new();
    for reason in stops.chain(there).chain(lost).chain(inexact).chain(new) {
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}
