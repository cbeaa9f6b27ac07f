//! What each statement of a plan does to relations that were there before it.

use std::collections::BTreeSet;

use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::lock::{Lock, Work, impact};
use crate::plan::Plan;

use super::statements;

/// The effect of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) sql: String,
    pub(super) group: Id,
    /// Locks on relations that the migration did not create itself.
    pub(super) locks: Vec<Lock>,
    /// The work under those locks.
    pub(super) work: Work,
    /// What the hazards say of that work.
    pub(super) words: Vec<String>,
    pub(super) creates: Option<String>,
}

/// The effect of every statement, in order.
pub(super) fn effects(plan: &Plan) -> Vec<Effect> {
    let mut created: BTreeSet<String> = BTreeSet::new();
    let mut effects = Vec::new();
    for statement in statements(plan) {
        let impact = impact(&statement.sql);
        let locks: Vec<Lock> = impact.locks.into_iter().filter(|it| !is_new(&it.on, &created)).collect();
        let told: Vec<(Work, String)> = statement.hazards.iter().filter_map(work).filter(|it| !is_new(&it.1, &created)).collect();
        let shape = if impact.on.is_some_and(|it| is_new(&it, &created)) { Work::Catalog } else { impact.work };
        let work = told.iter().map(|it| it.0).fold(shape, Work::max);
        effects.push(Effect {
            sql: statement.sql,
            group: statement.group,
            locks,
            work,
            words: told.into_iter().map(|it| it.1).collect(),
            creates: impact.creates.clone(),
        });
        created.extend(impact.creates);
    }
    effects
}

fn work(hazard: &Hazard) -> Option<(Work, String)> {
    match hazard {
        Hazard::Rewrites(what) => Some((Work::Rewrite, what.clone())),
        Hazard::Scans(what) => Some((Work::Scan, what.clone())),
        Hazard::BuildsIndex(what) => Some((Work::Build, what.clone())),
        Hazard::DataLoss(_) | Hazard::Converts(_) | Hazard::BreaksApplication(_) | Hazard::Irreversible(_) => None,
    }
}

fn is_new(on: &str, created: &BTreeSet<String>) -> bool {
    let on = on.strip_prefix("the table of ").unwrap_or(on);
    created.contains(on) || on.match_indices('.').any(|(end, _)| created.contains(&on[..end]))
}
