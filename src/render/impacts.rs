//! What statements do to relations, as words for the log.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};

use crate::estimate::{Estimate, Range};
use crate::impact::{Basis, Build, Impact, Impacts, Lock};
use crate::lock::{Mode, Work};

use super::names::{cell, code, short_code};

/// How many relations are named before the rest is counted.
const NAMED: usize = 3;

/// The work of more statements than that is told of all of them together.
const LISTED: usize = 20;

/// The part of the log that is about them.
pub(super) fn section(impacts: &Impacts, estimate: &Estimate) -> Value {
    let Impacts { migration, rollback } = impacts;
    let shown: Vec<(usize, &Impact)> = (1..).zip(migration).filter(|it| is_shown(it.1)).collect();
    let bases: BTreeSet<Basis> = shown.iter().map(|it| it.1.basis).collect();
    let is_mixed = bases.contains(&Basis::Told) && bases.len() > 1;
    let time = |number: usize| estimate.statements.get(number - 1).copied().flatten().filter(|it| it.high >= 1.0);
    let rows: Vec<Value> = shown.iter().map(|(number, it)| row(&mark(*number, it, is_mixed), it, time(*number))).collect();
    context! {
        others => migration.len() - rows.len(),
        rows,
        measured => measured(&bases),
        told => is_mixed,
        rollback => summary(rollback),
    }
}

/// Whether it takes a lock that others may feel, or time.
fn is_shown(impact: &Impact) -> bool {
    impact.work > Work::Catalog || impact.felt().any(|it| it.since.is_none())
}

/// The statement's number, with a star when it is told among others that are measured.
fn mark(number: usize, impact: &Impact, is_mixed: bool) -> String {
    format!("{number}{}", if is_mixed && impact.basis == Basis::Told { "*" } else { "" })
}

fn row(number: &str, impact: &Impact, time: Option<Range>) -> Value {
    let time = time.map_or(String::new(), |it| format!(", {it}"));
    context! {
        number,
        statement => cell(&short_code(&impact.statement, 90)),
        lock => cell(&locks(impact.felt())),
        blocks => impact.blocks.unwrap_or("nothing"),
        work => cell(&format!("{}{time}", work(impact))),
    }
}

/// How the numbers were come by; nothing where all of them are told.
fn measured(bases: &BTreeSet<Basis>) -> Option<&'static str> {
    match () {
        () if bases.contains(&Basis::Measured) => Some("on a clone with seeded rows"),
        () if bases.contains(&Basis::Empty) => Some("on a clone without rows"),
        () => None,
    }
}

/// Locks in words, the strongest first; relations that are locked alike together.
fn locks<'a>(locks: impl Iterator<Item = &'a Lock>) -> String {
    let mut alike: BTreeMap<(std::cmp::Reverse<Mode>, Option<usize>), Vec<&str>> = BTreeMap::new();
    for it in locks {
        alike.entry((std::cmp::Reverse(it.mode), it.since)).or_default().push(&it.relation);
    }
    let words = alike.iter().map(|((mode, since), on)| {
        let since = since.map_or(String::new(), |it| format!(" (since {it})"));
        format!("{} on {}{since}", mode.0, relations(on))
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "none that clients feel".to_owned() } else { words.join("; ") }
}

/// Relations as code, words around them as they are.
pub(super) fn relations(names: &[&str]) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMED).map(|it| relation(it)).collect();
    if names.len() > NAMED {
        shown.push(format!("{} more", names.len() - NAMED));
    }
    listed(&shown)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

fn relation(name: &str) -> String {
    for words in ["the table of ", "every table that uses ", "every relation in "] {
        if let Some(name) = name.strip_prefix(words) {
            return format!("{words}{}", code(name));
        }
    }
    code(name)
}

/// The work in words.
fn work(impact: &Impact) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut done: BTreeSet<&str> = impact.rewrites.iter().map(String::as_str).collect();
    if !impact.rewrites.is_empty() {
        let rewritten: Vec<&str> = done.iter().copied().collect();
        let indexes = impact.rebuilds.iter().filter(|it| done.contains(it.table.as_str())).count();
        let indexes = match indexes {
            0 => String::new(),
            1 => " and its index".to_owned(),
            many => format!(" and {many} indexes"),
        };
        words.push(format!("rewrites {}{indexes}", relations(&rewritten)));
    }
    let rest = impact.rebuilds.iter().filter(|it| !impact.rewrites.contains(&it.table)).collect::<Vec<_>>();
    for (verb, builds) in [("rebuilds", rest), ("builds", impact.builds.iter().collect())] {
        words.extend(built(verb, &builds));
        done.extend(builds.iter().map(|it| it.table.as_str()));
    }
    if impact.work == Work::Query {
        words.push("runs its query and stores the result".to_owned());
    }
    let mut read: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for it in impact.scans.iter().filter(|it| !done.contains(it.relation.as_str())) {
        read.entry(it.times).or_default().push(&it.relation);
    }
    for (times, on) in read {
        let on = if on == [""] { "every row".to_owned() } else { relations(&on) };
        words.push(if times > 1 { format!("reads {on} {times} times") } else { format!("reads {on}") });
    }
    if words.is_empty() { "catalog only".to_owned() } else { words.join("; ") }
}

fn built(verb: &str, builds: &[&Build]) -> Option<String> {
    let first = builds.first()?;
    if first.index.is_empty() {
        return Some(format!("{verb} an index of {}", relation(&first.table)));
    }
    let names: Vec<&str> = builds.iter().map(|it| it.index.as_str()).collect();
    let tables: BTreeSet<&str> = builds.iter().map(|it| it.table.as_str()).collect();
    Some(format!("{verb} {} on {}", relations(&names), relations(&tables.into_iter().collect::<Vec<_>>())))
}

/// A whole way in one sentence: the strongest lock on each relation, and the work. Nothing where no one feels it.
fn summary(impacts: &[Impact]) -> Option<String> {
    let mut strongest: BTreeMap<&str, Lock> = BTreeMap::new();
    for lock in impacts.iter().flat_map(Impact::felt) {
        let known = strongest.entry(&lock.relation).or_insert_with(|| Lock { since: None, ..lock.clone() });
        known.mode = known.mode.max(lock.mode);
    }
    let mut words = vec![locks(strongest.values())];
    let at_work: Vec<&Impact> = impacts.iter().filter(|it| it.work > Work::Catalog).collect();
    let each: BTreeSet<String> = at_work.iter().map(|it| work(it)).collect();
    if each.len() > LISTED {
        words.extend(at_work.first().map(|first| work(&together(first, &at_work))));
    } else {
        for it in at_work.into_iter().map(work) {
            if !words.contains(&it) {
                words.push(it);
            }
        }
    }
    (!strongest.is_empty()).then(|| words.join("; "))
}

/// Many statements as if they were one, which is like the first.
fn together(first: &Impact, all: &[&Impact]) -> Impact {
    let mut one = first.clone();
    for it in &all[1..] {
        one.rewrites.extend(it.rewrites.iter().cloned());
        one.rebuilds.extend(it.rebuilds.iter().cloned());
        one.builds.extend(it.builds.iter().cloned());
        one.scans.extend(it.scans.iter().cloned());
        one.work = one.work.max(it.work);
    }
    one
}
