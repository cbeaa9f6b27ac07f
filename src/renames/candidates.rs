//! What goes and what comes and may well be one, when nobody said so.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::diff::diff;
use crate::kinds::{Conditions, Degree, Likeness, Server, Verb, kind};

use super::Pair;
use super::evidence::{Evidence, Rank};
use super::wanted::gives_way;

/// Something that may have been renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Old and new id.
    pub pair: Pair,
    /// In what they are alike.
    pub likeness: Likeness,
    /// What live rows say.
    pub evidence: Evidence,
}

impl Candidate {
    fn new(pair: Pair, likeness: Likeness) -> Candidate {
        Candidate { pair, likeness, evidence: Evidence::default() }
    }
}

/// Every pair that may be one object under another name, but for what is `fresh`: known to be no other's successor.
pub fn candidates(from: &Catalog, to: &Catalog, fresh: &BTreeSet<Id>) -> Vec<Candidate> {
    let changes = diff(from, to);
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let mut going: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    let leaves = of(Verb::Alter).filter(|it| gives_way(it, from, to));
    for object in of(Verb::Drop).chain(leaves).filter_map(|it| from.get(it)) {
        going.entry(&object.id.kind).or_default().push(object);
    }
    let mut found = Vec::new();
    for new in of(Verb::Create).filter(|it| !fresh.contains(it)).filter_map(|it| to.get(it)) {
        for old in going.get(new.id.kind.as_str()).into_iter().flatten() {
            if !is_near(old, new) || !can_be_renamed(from, to, &old.id, &new.id) {
                continue;
            }
            let likeness = kind(&new.id.kind).resembles(old, from, new, to);
            found.extend(likeness.map(|it| Candidate::new((old.id.clone(), new.id.clone()), it)));
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

/// Those among them of which nothing but the name differs, and that are the only ones for their old and their new name: one that live
/// rows stand against is none where another is left.
pub fn unambiguous(candidates: &[Candidate]) -> Vec<&Candidate> {
    let stands = |it: &Candidate| it.evidence.rank != Rank::Against;
    let is_beaten = |it: &Candidate| candidates.iter().any(|other| other.pair.1 == it.pair.1 && stands(other));
    let left: Vec<&Candidate> = candidates.iter().filter(|it| stands(it) || !is_beaten(it)).collect();
    let count = |same: &dyn Fn(&Pair) -> bool| left.iter().filter(|it| same(&it.pair)).count();
    let alone = |it: &&Candidate| {
        it.likeness.degree == Degree::Exact
            && count(&|other| other.0 == it.pair.0) == 1
            && count(&|other| other.1 == it.pair.1) == 1
    };
    left.iter().copied().filter(alone).collect()
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
                let degree = if gone.len() == come.len() { Degree::Exact } else { Degree::Partial };
                found.push(Candidate::new((id(from), id(to)), Likeness { words, degree }));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(old: &str, new: &str, rank: Rank) -> Candidate {
        let id = |it: &str| Id::new("column", &["public", "t", it]);
        let likeness = Likeness { words: "both text".to_owned(), degree: Degree::Exact };
        let evidence = Evidence { rank, ..Evidence::default() };
        Candidate { evidence, ..Candidate::new((id(old), id(new)), likeness) }
    }

    #[test]
    fn what_live_rows_stand_against_is_no_rival() {
        let taken = |ranks: [Rank; 2]| {
            let all = [candidate("a", "c", ranks[0]), candidate("b", "c", ranks[1])];
            unambiguous(&all).into_iter().map(|it| it.pair.0.path[2].clone()).collect::<Vec<_>>()
        };
        assert_eq!(taken([Rank::Fits, Rank::Against]), ["a"]);
        assert_eq!(taken([Rank::Against, Rank::Unknown]), ["b"]);
        assert_eq!(taken([Rank::Fits, Rank::Holds]), [""; 0], "to fit better is no proof");
        assert_eq!(taken([Rank::Against, Rank::Against]), [""; 0]);
        let alone = [candidate("a", "c", Rank::Against)];
        assert_eq!(unambiguous(&alone).len(), 1, "it stops on the rows, which may be corrected: nothing is lost");
    }
}
