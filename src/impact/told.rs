//! What the statements of a plan do, told from their shape and from the hazards of their steps.

use std::collections::BTreeSet;

use super::{Basis, Build, Impact, Lock, Scan};
use crate::hazard::Hazard;
use crate::lock::{self, Work};
use crate::plan::Plan;
use crate::render::{self, Statement};

/// The impact of every statement, in order.
pub fn told(plan: &Plan) -> Vec<Impact> {
    let mut created: BTreeSet<String> = BTreeSet::new();
    render::statements(plan).into_iter().map(|it| of(it, &mut created)).collect()
}

fn of(statement: Statement, created: &mut BTreeSet<String>) -> Impact {
    let told = lock::told(&statement.sql);
    let locks = told.locks.into_iter().filter(|it| !is_new(&it.on, created));
    let mut impact = Impact {
        basis: Basis::Told,
        locks: locks.map(|it| Lock { relation: it.on, mode: it.mode, index_of: None, since: None }).collect(),
        ..Impact::default()
    };
    let words = statement.hazards.iter().filter_map(work).filter(|it| !is_new(&it.1, created));
    let mut works: Vec<(Work, String)> = words.collect();
    if !told.on.as_ref().is_some_and(|it| is_new(it, created)) && works.iter().all(|it| it.0 < told.work) {
        let on = told.on.or_else(|| impact.locks.first().map(|it| it.relation.clone()));
        works.push((told.work, on.unwrap_or_default()));
    }
    for (work, on) in works {
        impact.work = impact.work.max(work);
        match work {
            Work::Rewrite => impact.rewrites.push(on),
            Work::Build => impact.builds.push(Build { index: String::new(), table: on, method: String::new(), keys: Vec::new() }),
            Work::Scan => impact.scans.push(Scan { relation: on, times: 1, rows: 0 }),
            Work::Query | Work::Catalog => {}
        }
    }
    impact.statement = statement.sql;
    created.extend(told.creates);
    impact.derived()
}

fn work(hazard: &Hazard) -> Option<(Work, String)> {
    match hazard {
        Hazard::Rewrites(what) => Some((Work::Rewrite, what.clone())),
        Hazard::Scans(what) => Some((Work::Scan, what.clone())),
        Hazard::BuildsIndex(what) => Some((Work::Build, what.clone())),
        Hazard::DataLoss(_)
        | Hazard::Converts(_)
        | Hazard::TakesTimesAsUtc(_)
        | Hazard::NeedsAllRows(_)
        | Hazard::BreaksApplication(_)
        | Hazard::Asserts(_)
        | Hazard::Fires(_)
        | Hazard::Misses(_)
        | Hazard::Irreversible(_) => None,
    }
}

fn is_new(on: &str, created: &BTreeSet<String>) -> bool {
    let on = on.strip_prefix("the table of ").unwrap_or(on);
    created.contains(on) || on.match_indices('.').any(|(end, _)| created.contains(&on[..end]))
}
