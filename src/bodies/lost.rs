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
    /// A column that stands after others before which it is declared.
    Behind,
}

impl Fate {
    /// Whether it keeps its name, and only its place is another than the one declared.
    pub(super) fn is_of_place(&self) -> bool {
        matches!(self, Fate::Last | Fate::Behind)
    }
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
    /// What a column, an attribute or a label is part of.
    pub(super) fn owner(&self) -> &[String] {
        &self.path[..self.path.len().saturating_sub(1)]
    }

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
    let mut lost = displaced(before, after, changes);
    for (key, called) in &from.called {
        let owner = called.owner();
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

/// Columns and attributes that come after others before which they are declared.
fn displaced(before: &Catalog, after: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<Lost> {
    let mut rows: BTreeMap<&Id, Vec<&Object>> = BTreeMap::new();
    for it in after.of_kind("column").chain(after.of_kind("attribute")) {
        let of = it.parent.as_ref().filter(|it| before.get(it).is_some());
        of.into_iter().for_each(|of| rows.entry(of).or_default().push(it));
    }
    let mut lost = Vec::new();
    for mut columns in rows.into_values() {
        columns.sort_by_key(|it| std::cmp::Reverse(it.position()));
        let mut first = i64::MAX;
        for it in columns {
            let comes = changes.get(&it.id).is_some_and(|it| it.comes());
            let stands = before.get(&it.id).and_then(Object::position);
            let Some(place) = Some(i64::MAX).filter(|_| comes).or(stands) else { continue };
            if place > first {
                let fate = if comes { Fate::Last } else { Fate::Behind };
                let called = kind(&it.id.kind).called(it).into_iter().filter(|it| it.space == Space::Column);
                lost.extend(called.map(|called| Lost { called, fate: fate.clone() }));
            }
            first = first.min(place);
        }
    }
    lost
}
