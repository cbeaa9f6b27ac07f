//! What code could name before a migration and cannot name, or not in the same sense, after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id, Object};
use crate::kinds::{Called, Space, Verb, kind};

/// All that code can name in a state.
#[derive(Debug, Default)]
pub(super) struct Words {
    called: BTreeMap<(Space, Vec<String>), Called>,
    /// The same by the last name alone; routines without their arguments.
    by_name: BTreeMap<(Space, String), BTreeSet<Vec<String>>>,
}

/// What happens to something that code names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) called: Called,
    pub(super) fate: Fate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Dropped,
    Renamed,
    /// It is something else now.
    Changed(String),
    /// A new column: declared before others that the table has, and added after them.
    Last,
}

impl Words {
    pub(super) fn of(catalog: &Catalog) -> Words {
        let mut words = Words::default();
        for called in catalog.objects.values().flat_map(|it| kind(&it.id.kind).called(it)) {
            let names = called.names().to_vec();
            if let Some(name) = names.last() {
                words.by_name.entry((called.space, name.clone())).or_default().insert(names.clone());
            }
            words.called.insert((called.space, called.path.clone()), called);
        }
        words
    }

    pub(super) fn has(&self, space: Space, names: &[String]) -> bool {
        names.last().is_some_and(|it| self.named(space, it).any(|path| path == names))
    }

    /// The full names of all that have this last name.
    pub(super) fn named(&self, space: Space, name: &str) -> impl Iterator<Item = &Vec<String>> {
        self.by_name.get(&(space, name.to_owned())).into_iter().flatten()
    }

    pub(super) fn get(&self, space: Space, path: &[String]) -> Option<&Called> {
        self.called.get(&(space, path.to_vec()))
    }

    /// The columns of a relation or the attributes of a type.
    pub(super) fn fields<'a>(&'a self, of: &'a [String]) -> impl Iterator<Item = &'a Called> {
        let first = (Space::Column, of.to_vec());
        self.called.range(first..).map(|it| it.1).take_while(move |it| it.space == Space::Column && it.path.starts_with(of))
    }

    pub(super) fn has_fields(&self, of: &[String]) -> bool {
        self.fields(of).next().is_some()
    }

    /// Routines of that name.
    pub(super) fn overloads<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = &'a Called> {
        self.called.values().filter(move |it| it.space == Space::Routine && it.names() == names)
    }
}

impl Called {
    /// The names as code writes them: a routine's without its arguments.
    pub(super) fn names(&self) -> &[String] {
        let end = if self.space == Space::Routine { self.path.len().saturating_sub(1) } else { self.path.len() };
        &self.path[..end]
    }
}

/// What is lost between two states. What goes with its relation or type is not named beside it.
pub(super) fn lost(from: &Words, to: &Words, [before, after]: [&Catalog; 2], changes: &BTreeMap<Id, Verb>) -> Vec<Lost> {
    let dropped: BTreeSet<(Space, Vec<String>)> = changes
        .iter()
        .filter(|it| it.1.goes())
        .filter_map(|it| before.get(it.0))
        .flat_map(|it| kind(&it.id.kind).called(it))
        .map(|it| (it.space, it.path))
        .collect();
    let mut lost = added_last(before, after, changes);
    for (key, called) in &from.called {
        let owner = &called.path[..called.path.len().saturating_sub(1)];
        let is_part = matches!(called.space, Space::Column | Space::Label);
        if is_part && !to.has(Space::Relation, owner) && !to.has(Space::Type, owner) {
            continue;
        }
        let fate = match to.called.get(key) {
            None if called.space == Space::Label || dropped.contains(key) => Fate::Dropped,
            None => Fate::Renamed,
            Some(new) if new.of != called.of && !new.of.is_empty() && !called.of.is_empty() => Fate::Changed(new.of.clone()),
            Some(_) => continue,
        };
        lost.push(Lost { called: called.clone(), fate });
    }
    lost
}

fn added_last(before: &Catalog, after: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<Lost> {
    let comes = |it: &Object| changes.get(&it.id).is_some_and(|it| it.comes());
    let is_before_others = |it: &&Object| {
        let Some(table) = it.parent.as_ref().filter(|it| before.get(it).is_some()) else { return false };
        after.children(table, &it.id.kind).any(|other| other.position() > it.position() && !comes(other))
    };
    let new = changes.keys().filter_map(|it| after.get(it)).filter(|it| comes(it)).filter(is_before_others);
    let called = new.flat_map(|it| kind(&it.id.kind).called(it)).filter(|it| it.space == Space::Column);
    called.map(|called| Lost { called, fate: Fate::Last }).collect()
}
