//! Every rule fires where it should and nowhere else.
//!
//! In the tables `§` marks where a rule is to fire; a text without one is a text it says nothing about. Files before it are parted
//! by a line of dashes.

use std::collections::BTreeSet;

use super::*;

mod changes;
mod keys;
mod pages;
mod rest;
mod surroundings;

/// A rule and a text.
type Case = (&'static str, &'static str);

/// A policy that asks every rule.
fn everything() -> Policy {
    let on = |it: &'static Rule| (it.name, Setting { level: it.severity, paths: Vec::new() });
    Policy { fail_on: Level::Error, rules: RULES.iter().map(on).collect() }
}

fn files(texts: &[&str]) -> Vec<File> {
    let last = texts.len().saturating_sub(1);
    let file = |(number, text): (usize, &&str)| {
        let role = if number == last { Role::Migration } else { Role::Earlier };
        File { name: format!("{:03}.sql", number + 1), text: (*text).to_owned(), role }
    };
    texts.iter().enumerate().map(file).collect()
}

/// What is found in the last of some files.
fn found(texts: &[&str], version: u32) -> Report {
    lint(&files(texts), &Options { version, policy: &everything() }).unwrap()
}

/// Where a rule fires in the last file, as line and column.
fn places(rule: &str, texts: &[&str], version: u32) -> BTreeSet<(usize, usize)> {
    let findings = found(texts, version).findings;
    findings.into_iter().filter(|it| it.rule == rule).map(|it| (it.place.line, it.place.column)).collect()
}

/// The text without its marks, and where they were.
fn unmarked(text: &str) -> (String, BTreeSet<(usize, usize)>) {
    let mut marks = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        let mut rest = line;
        let mut column = 1;
        while let Some((before, after)) = rest.split_once('§') {
            column += before.chars().count();
            marks.insert((number + 1, column));
            rest = after;
        }
    }
    (text.replace('§', ""), marks)
}

/// Fails with all that is not as the tables say.
fn check(cases: &[Case], version: u32) {
    let mut failures = Vec::new();
    for (name, text) in cases {
        assert!(rule(name).is_some(), "there is no rule {name}");
        let (text, marks) = unmarked(text);
        let texts: Vec<&str> = text.split("\n----\n").collect();
        let last = texts.last().copied().unwrap_or_default();
        let skipped = text[..text.len() - last.len()].matches('\n').count();
        let expected: BTreeSet<(usize, usize)> = marks.into_iter().map(|(line, column)| (line - skipped, column)).collect();
        let places = places(name, &texts, version);
        if places != expected {
            failures.push(format!("{name} on {version} at {places:?}, not at {expected:?}:\n{text}"));
        }
        if *name != "syntax-error" && !self::places("syntax-error", &texts, version).is_empty() {
            failures.push(format!("no SQL: {text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_rule_is_tested() {
    let tables = [keys::CASES, keys::ON_17, changes::CASES, rest::CASES, rest::ON_14];
    let fires: BTreeSet<&str> = tables.iter().flat_map(|it| it.iter()).filter(|it| it.1.contains('§')).map(|it| it.0).collect();
    let silent: BTreeSet<&str> = tables.iter().flat_map(|it| it.iter()).filter(|it| !it.1.contains('§')).map(|it| it.0).collect();
    let missing: Vec<&str> = RULES.iter().map(|it| it.name).filter(|it| !fires.contains(it) || !silent.contains(it)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
