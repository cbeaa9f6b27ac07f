//! The lock that a transaction needs of a table in the end, taken at once.

use std::collections::{BTreeMap, BTreeSet};

use super::amend::shares;
use super::{Plan, Planned};
use crate::catalog::Catalog;
use crate::kinds::{Step, Verb};
use crate::lock::{Mode, told};
use crate::sql;

impl Plan {
    /// The plan, from a state, with tables locked before a statement takes a weaker lock on them than a later one: on the way from one to
    /// the other stands who has read the table and then waits to write.
    #[must_use]
    pub(crate) fn locked_at_once(mut self, from: &Catalog) -> Plan {
        let upgrades = if self.is_transactional() { upgrades(&self.steps) } else { Vec::new() };
        let tables: BTreeMap<String, _> = from.of_kind("table").map(|it| (sql::path(&it.id.path), &it.id)).collect();
        for (place, name) in upgrades.into_iter().rev() {
            let Some(id) = tables.get(&name).copied().filter(|it| self.changes.get(it) != Some(&Verb::Create)) else { continue };
            let step = Step::new(sql::lock(&name));
            self.steps.insert(place, Planned { verb: Verb::Alter, id: id.clone(), group: id.clone(), step });
        }
        self
    }
}

/// The tables whose lock becomes stronger, and before which step they have none yet.
fn upgrades(steps: &[Planned]) -> Vec<(usize, String)> {
    let (mut weaker, mut strong, mut found) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let mut start = 0;
    for place in 0..steps.len() {
        if place > 0 && !shares(&steps[place - 1], &steps[place]) {
            start = place;
        }
        let text = steps[place].step.sql.text();
        let holds_rows = text.starts_with("UPDATE ") || text.starts_with("DELETE ");
        for lock in told(&text).locks {
            if lock.mode == Mode::AccessExclusive {
                // Clauses of one statement take the strongest lock of all.
                found.extend(weaker.get(&lock.on).filter(|it| **it < start).map(|it| (*it, lock.on.clone())));
                strong.insert(lock.on);
            } else if (lock.mode >= Mode::Share || holds_rows) && !strong.contains(&lock.on) {
                weaker.entry(lock.on).or_insert(start);
            }
        }
    }
    found.into_iter().collect()
}
