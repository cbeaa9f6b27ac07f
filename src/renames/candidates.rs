//! What goes and what comes and may well be one, when nobody said so.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::diff::diff;
use crate::kinds::{Conditions, Likeness, Server, Verb, kind};

use super::Pair;

/// Something that may have been renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Old and new id.
    pub pair: Pair,
    /// In what they are alike.
    pub likeness: Likeness,
}

/// Every pair that may be one object under another name, but for what is `fresh`: known to be no other's successor.
pub fn candidates(from: &Catalog, to: &Catalog, fresh: &BTreeSet<Id>) -> Vec<Candidate> {
    let changes = diff(from, to);
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let mut going: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in of(Verb::Drop).filter_map(|it| from.get(it)) {
        going.entry(&object.id.kind).or_default().push(object);
    }
    let mut found = Vec::new();
    for new in of(Verb::Create).filter(|it| !fresh.contains(it)).filter_map(|it| to.get(it)) {
        for old in going.get(new.id.kind.as_str()).into_iter().flatten() {
            if !is_near(old, new) || !can_be_renamed(from, to, &old.id, &new.id) {
                continue;
            }
            let likeness = kind(&new.id.kind).resembles(old, from, new, to);
            found.extend(likeness.map(|it| Candidate { pair: (old.id.clone(), new.id.clone()), likeness: it }));
        }
    }
    for (id, verb) in &changes {
        if let (Verb::Alter, Some(old), Some(new)) = (verb, from.get(id), to.get(id)) {
            found.extend(labels(old, new).into_iter().filter(|it| !fresh.contains(&it.pair.1)));
        }
    }
    // What comes with a whole that may have been renamed is asked about once that is known.
    let pairs: BTreeSet<Pair> = found.iter().map(|it| it.pair.clone()).collect();
    let of_whole = |it: &Candidate| {
        let parent = |state: &Catalog, id: &Id| state.get(id).and_then(|it| it.parent.clone());
        parent(from, &it.pair.0).zip(parent(to, &it.pair.1)).is_some_and(|it| pairs.contains(&it))
    };
    found.retain(|it| !of_whole(it));
    found
}

/// Those among them of which nothing but the name differs, and that are the only ones for their old and their new name.
pub fn unambiguous(candidates: &[Candidate]) -> Vec<&Candidate> {
    let count = |same: &dyn Fn(&Pair) -> bool| candidates.iter().filter(|it| same(&it.pair)).count();
    let alone = |it: &&Candidate| {
        it.likeness.exact && count(&|other| other.0 == it.pair.0) == 1 && count(&|other| other.1 == it.pair.1) == 1
    };
    candidates.iter().filter(alone).collect()
}

/// Whether PostgreSQL has a statement for it.
pub(super) fn can_be_renamed(from: &Catalog, to: &Catalog, old: &Id, new: &Id) -> bool {
    let (changes, server) = (BTreeMap::new(), Server::default());
    !kind(&old.kind).rename(old, new, &context(from, to, &changes, &Conditions::ours(&server))).is_empty()
}

/// Whether both stand in one place, or have one name in two.
fn is_near(old: &Object, new: &Object) -> bool {
    let name = |it: &Object| it.id.path.get(kind(&it.id.kind).name_at(&it.id.path)).cloned();
    old.parent == new.parent || name(old) == name(new)
}

/// Labels that go and labels that come between the same two that stay.
fn labels(old: &Object, new: &Object) -> Vec<Candidate> {
    let (before, after) = (kind(&old.id.kind).labels(old), kind(&new.id.kind).labels(new));
    // The labels that are only in one of them, by the one before them that is in both.
    let gaps = |labels: &[String], others: &[String]| {
        let (mut last, mut gaps) = (String::new(), BTreeMap::<String, Vec<String>>::new());
        for label in labels {
            if others.contains(label) {
                last.clone_from(label);
            } else {
                gaps.entry(last.clone()).or_default().push(label.clone());
            }
        }
        gaps
    };
    let mut found = Vec::new();
    let added = gaps(&after, &before);
    for (place, gone) in gaps(&before, &after) {
        let Some(come) = added.get(&place) else { continue };
        for (number, from) in gone.iter().enumerate() {
            for (other, to) in come.iter().enumerate().filter(|it| gone.len() != come.len() || it.0 == number) {
                let id = |label: &String| Id { path: [old.id.path.clone(), vec![label.clone()]].concat(), ..old.id.clone() };
                let words =
                    format!("label {} of {}", other + 1 + after.iter().position(|it| *it == come[0]).unwrap_or(0), after.len());
                let likeness = Likeness { words, exact: gone.len() == come.len() };
                found.push(Candidate { pair: (id(from), id(to)), likeness });
            }
        }
    }
    found
}
