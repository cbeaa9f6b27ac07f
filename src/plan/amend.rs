//! Steps put into a plan that is made.

use std::ops::Range;

use super::{Plan, Planned};
use crate::catalog::Id;
use crate::kinds::{Company, Section, Sql, Verb, kind};

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

    /// Where what leads to some objects' first step may share its transaction with it.
    pub(crate) fn begins(&self, ids: &[Id]) -> usize {
        let first = self.steps.iter().position(|it| ids.contains(&it.id)).unwrap_or(0);
        self.behind_views(self.steps[..first].iter().rposition(|it| it.step.company == Company::Alone).map_or(0, |it| it + 1))
    }

    /// The place behind the views that go from there on: their readers lock them before what they read.
    pub(crate) fn behind_views(&self, start: usize) -> usize {
        let goes = |it: &&Planned| it.verb == Verb::Drop && kind(&it.id.kind).section() == Section::View;
        start + self.steps[start..].iter().take_while(goes).count()
    }

    /// The first steps of some objects that stand next to each other and can share a transaction.
    pub(crate) fn run_of(&self, ids: &[Id]) -> Option<Range<usize>> {
        let is_of = |it: &Planned| ids.contains(&it.id) && it.step.company != Company::Alone;
        let start = self.steps.iter().position(is_of)?;
        let length = self.steps[start..].iter().take_while(|it| is_of(it)).count();
        Some(start..start + length)
    }

    /// Takes off the assertions at the end.
    pub(crate) fn take_assertions(&mut self) -> Vec<Planned> {
        let place = self.steps.iter().rposition(|it| !it.step.asserts()).map_or(0, |it| it + 1);
        self.steps.split_off(place)
    }
}

/// Whether two clauses alter the same table.
pub(super) fn shares(one: &Planned, other: &Planned) -> bool {
    match (&one.step.sql, &other.step.sql) {
        (Sql::Clause { head: a, .. }, Sql::Clause { head: b, .. }) => a == b,
        _ => false,
    }
}
