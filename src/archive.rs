//! What a migration drops is kept in the schema `schemagen_archive`, and the rollback brings it back.
//!
//! Rows are copied, not moved: what a table needs (types, functions of its triggers) may go in the same migration, and the table that
//! comes back is made by the plan, so that the proof of its structure holds. The copy is taken under a lock that lets readers go on.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::catalog::Catalog;
use crate::closure::context;
use crate::hazard::Hazard;
use crate::kinds::{Kept, Manner, Server, Step, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::sql;

/// The schema in a user's database that holds what was dropped.
pub const SCHEMA: &str = "schemagen_archive";

/// The longest name of PostgreSQL's, in bytes (`NAMEDATALEN` - 1).
const LONGEST: usize = 63;

/// What a migration keeps of what it drops.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    kept: Vec<(Planned, Kept)>,
}

impl Archive {
    /// Finds what the plan from one state to the other drops and can keep, for the migration of that number.
    pub fn of(plan: &Plan, from: &Catalog, to: &Catalog, server: &Server, number: u32) -> Archive {
        let context = context(from, to, &plan.changes, server, Manner::Strict);
        let dropped = plan.changes.iter().filter(|it| *it.1 == Verb::Drop).filter_map(|it| from.get(it.0));
        let mut names = BTreeSet::new();
        let kept = dropped.filter_map(|object| {
            let plain = format!("{number:03}_{}", object.id.path.join("."));
            let name = if names.contains(&plain) { format!("{plain} {}", object.id.kind) } else { plain };
            names.insert(name.clone());
            let name = sql::path(&[SCHEMA, &cut(name)]);
            let kept = kind(&object.id.kind).keep(object, &name, &context)?;
            let (id, step) = (object.id.clone(), Step::new(""));
            Some((Planned { verb: Verb::Alter, group: group(from, to, &id), id, step }, kept))
        });
        Archive { kept: kept.collect() }
    }

    /// The plan with copies taken before anything else is done; what is kept is not lost.
    #[must_use]
    pub fn before(&self, mut plan: Plan) -> Plan {
        let Some((first, _)) = self.kept.first() else { return plan };
        let schema = Planned { step: Step::new(format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}")), ..first.clone() };
        let copies = self
            .kept
            .iter()
            .flat_map(|(planned, kept)| kept.save.iter().map(|step| Planned { step: step.clone(), ..planned.clone() }));
        let copies: Vec<Planned> = std::iter::once(schema).chain(copies).collect();
        for planned in &mut plan.steps {
            if self.kept.iter().any(|it| it.1.after.contains(&planned.id)) {
                planned.step.hazards.retain(|it| !matches!(it, Hazard::DataLoss(_)));
            }
        }
        plan.steps.splice(0..0, copies);
        plan
    }

    /// The plan for the way back with what was kept put back as soon as its place is there.
    #[must_use]
    pub fn after(&self, mut plan: Plan) -> Plan {
        for (planned, kept) in &self.kept {
            let place = plan.steps.iter().rposition(|it| kept.after.contains(&it.id)).map_or(plan.steps.len(), |it| it + 1);
            let steps: Vec<Planned> = kept.restore.iter().map(|step| Planned { step: step.clone(), ..planned.clone() }).collect();
            plan.steps.splice(place..place, steps);
        }
        plan
    }
}

/// A name cut to the length that PostgreSQL allows; what is cut is told by a hash.
fn cut(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let hash: String = Sha256::digest(&name).iter().take(4).map(|it| format!("{it:02x}")).collect();
    let mut end = LONGEST - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}", &name[..end])
}
