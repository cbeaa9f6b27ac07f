//! Knots of nodes that wait for each other: what in one may be set free, let loose or moved apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Graph};
use crate::catalog::Id;
use crate::kinds::{KINDS, Verb, kind};

impl Graph<'_> {
    /// The passengers that tie a knot: those of the last kinds first, as a constraint is set free before a column.
    pub(super) fn freed(&self, knot: &[usize]) -> Vec<usize> {
        let members: BTreeSet<usize> = knot.iter().copied().collect();
        let roots: Vec<usize> = (0..self.nodes.len()).map(|it| self.root(it)).collect();
        let mut candidates: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (before, after) in &self.edges {
            let (first, second) = (roots[*before], roots[*after]);
            if first == second || !members.contains(&first) || !members.contains(&second) {
                continue;
            }
            for node in [*before, *after] {
                let passenger = std::iter::successors(Some(node), |it| self.hosts.get(it).map(|host| host.0))
                    .find(|it| self.hosts.get(it).is_some_and(|host| !self.hosts.contains_key(&host.0)));
                if let Some(passenger) = passenger.filter(|it| !self.is_vital(*it) && !self.goes_aside(*it)) {
                    let rank = KINDS.iter().position(|it| it.name() == self.nodes[passenger].1.kind).unwrap_or(0);
                    candidates.entry(rank).or_default().push(passenger);
                }
            }
        }
        candidates.pop_last().map(|it| it.1).unwrap_or_default()
    }

    /// Whether what it comes or goes with cannot be without it.
    fn is_vital(&self, node: usize) -> bool {
        let (act, id) = self.nodes[node];
        let state = if matches!(act, Act::Drop | Act::Empty) { self.context.from } else { self.context.to };
        state.get(id).is_some_and(|it| kind(&id.kind).is_vital(it, state))
    }

    /// Whether it stays with a type that only steps aside.
    fn goes_aside(&self, node: usize) -> bool {
        let (act, host) = self.nodes[self.root(node)];
        act == Act::Drop && self.closure.aside.contains(host)
    }

    /// Lets what comes in the place of others come after they have gone, where the knot is tied by their waiting. Says whether it is.
    pub(super) fn forgo(&mut self, knot: &[usize]) -> bool {
        let ties = |it: &(usize, usize)| [it.0, it.1].iter().all(|it| knot.contains(&self.root(*it)));
        let forgone: BTreeSet<(usize, usize)> = self.wishes.iter().copied().filter(ties).collect();
        self.wishes.retain(|it| !forgone.contains(it));
        self.edges.retain(|it| !forgone.contains(it));
        !forgone.is_empty()
    }

    /// Lets what changes where it stands, or steps aside, do so while what goes still stands on it: PostgreSQL allows most of that, and
    /// the proof knows. Says whether that loosens the knot.
    pub(super) fn relax(&mut self, knot: &[usize]) -> bool {
        let names: BTreeSet<(usize, usize)> = self.names().into_iter().collect();
        let ties = |it: &(usize, usize)| [it.0, it.1].iter().all(|it| knot.contains(&self.root(*it))) && !names.contains(it);
        let loose = |(before, after): &(usize, usize)| match (self.nodes[*before].0, self.nodes[*after].0) {
            (Act::Drop, Act::Alter) => true,
            (Act::Drop, Act::Drop) => self.sweeps.contains_key(self.nodes[*after].1),
            _ => false,
        };
        let (loose, mut kept): (BTreeSet<_>, BTreeSet<_>) = self.edges.iter().copied().partition(|it| ties(it) && loose(it));
        let swept = |(before, after): &(usize, usize)| Some((*before, *self.sweeps.get(self.nodes[*after].1)?));
        kept.extend(loose.iter().filter_map(swept));
        self.edges = kept;
        !loose.is_empty()
    }

    /// What changes in a knot where it stands, and may as well go first and come last: it holds nothing.
    pub(super) fn movable(&self, knot: &[usize]) -> Option<Id> {
        let is_altered = |it: &&Id| self.closure.changes.get(*it) == Some(&Verb::Alter);
        let altered = knot.iter().map(|it| self.nodes[*it].1).filter(is_altered);
        let holds_nothing = |id: &&Id| {
            let is_part = kind(&id.kind).follows_parent();
            self.context.from.get(id).is_some_and(|it| !is_part && !kind(&id.kind).holds_rows(it))
        };
        altered.filter(holds_nothing).max_by_key(|id| KINDS.iter().position(|it| it.name() == id.kind)).cloned()
    }
}
