//! Steps put into a plan that is made.

use super::{Plan, Planned};
use crate::catalog::Id;
use crate::kinds::Sql;

impl Plan {
    /// Puts steps before the first one of some objects; clauses that share its statement stay together.
    pub(crate) fn put_before(&mut self, ids: &[Id], steps: Vec<Planned>) {
        let Some(mut place) = self.steps.iter().position(|it| ids.contains(&it.id) && !it.step.asserts()) else { return };
        while place > 0 && shares(&self.steps[place - 1], &self.steps[place]) {
            place -= 1;
        }
        self.steps.splice(place..place, steps);
    }

    /// Puts steps after the last one of some objects, in the same way.
    pub(crate) fn put_after(&mut self, ids: &[Id], steps: Vec<Planned>) {
        let mut place = self.steps.iter().rposition(|it| ids.contains(&it.id)).map_or(self.steps.len(), |it| it + 1);
        while place > 0 && place < self.steps.len() && shares(&self.steps[place - 1], &self.steps[place]) {
            place += 1;
        }
        self.steps.splice(place..place, steps);
    }

    /// Takes off the assertions at the end.
    pub(crate) fn take_assertions(&mut self) -> Vec<Planned> {
        let place = self.steps.iter().rposition(|it| !it.step.asserts()).map_or(0, |it| it + 1);
        self.steps.split_off(place)
    }
}

/// Whether two clauses alter the same table.
fn shares(one: &Planned, other: &Planned) -> bool {
    match (&one.step.sql, &other.step.sql) {
        (Sql::Clause { head: a, .. }, Sql::Clause { head: b, .. }) => a == b,
        _ => false,
    }
}
