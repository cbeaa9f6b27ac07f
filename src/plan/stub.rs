//! Knots of objects that PostgreSQL itself had to be told of in two statements: one of them comes, or goes, in two steps, and
//! between them stands as a stub that needs none of the others.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Act, Graph};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::kinds::{Alteration, KINDS, Step, Stub, Verb, kind};

impl<'a> Graph<'a> {
    /// Splits a member of a knot in two. Says whether there was one that can be.
    pub(super) fn split(&mut self, knot: &[usize]) -> bool {
        let rank = |id: &Id| KINDS.iter().position(|it| it.name() == id.kind);
        let candidates = knot.iter().filter(|it| !self.stubs.contains_key(it)).filter_map(|it| Some((*it, self.stub(*it)?)));
        let chosen = candidates.max_by_key(|it| (rank(self.nodes[it.0].1), Reverse(self.nodes[it.0].1)));
        let Some((node, stub)) = chosen else { return false };
        let (act, id) = self.nodes[node];
        let half = self.nodes.len();
        self.nodes.push((if act == Act::Drop { Act::Empty } else { Act::Stub }, id));
        self.stubs.insert(node, stub.object);
        let roots: Vec<usize> = (0..half).map(|it| self.root(it)).collect();
        let names: BTreeSet<(usize, usize)> = self.names().into_iter().collect();
        let stays = |(before, after): &(usize, usize)| {
            let other = self.nodes[*after].1;
            let waits_for_all = act == Act::Drop && (other == id || stub.needs.contains(other));
            *before != node || !knot.contains(&roots[*after]) || waits_for_all || names.contains(&(*before, *after))
        };
        let (kept, moved): (BTreeSet<_>, BTreeSet<_>) = self.edges.iter().copied().partition(stays);
        let free = names.iter().filter(|it| it.1 == node && act != Act::Drop).map(|it| (it.0, half));
        let needs = stub.needs.iter().filter_map(|it| self.comes.get(it)).filter(|_| act != Act::Drop).map(|it| (*it, half));
        let gone = self.goes.get(id).filter(|_| act != Act::Drop).map(|it| (*it, half));
        let edges = moved.iter().map(|it| (half, it.1)).chain(free).chain(needs).chain(gone).chain([(half, node)]);
        self.edges = edges.chain(kept).collect();
        true
    }

    fn stub(&self, node: usize) -> Option<Stub> {
        let (act, id) = self.nodes[node];
        let state = match act {
            Act::Drop => self.context.from,
            Act::Create | Act::Alter => self.context.to,
            Act::Sweep | Act::Stub | Act::Empty => return None,
        };
        kind(&id.kind).stub(state.get(id)?, state)
    }

    /// The statements for the first half of an object that is split.
    pub(super) fn first_half(&self, node: usize) -> Result<(Verb, Vec<Step>)> {
        let (act, id) = self.nodes[node];
        let whole =
            self.stubs.iter().find(|it| self.nodes[*it.0].1 == id && (self.nodes[*it.0].0 == Act::Drop) == (act == Act::Empty));
        let Some((whole, stub)) = whole else { return Ok((Verb::Alter, Vec::new())) };
        if self.nodes[*whole].0 == Act::Create {
            return Ok((Verb::Create, kind(&id.kind).create(stub, &self.folded(*whole)?, &self.context)?));
        }
        match self.context.from.get(id) {
            Some(old) => Ok((Verb::Alter, self.between(old, stub)?)),
            None => Ok((Verb::Alter, Vec::new())),
        }
    }

    /// The statements from an object to the same as it is, or was, or as a stub.
    pub(super) fn between(&self, old: &Object, new: &Object) -> Result<Vec<Step>> {
        match kind(&new.id.kind).alter(old, new, &self.context)? {
            Alteration::Steps(steps) => Ok(steps),
            Alteration::Rebuild => Err(crate::error::Error::internal(format!("{} is to be altered and rebuilt", new.id))),
        }
    }
}
