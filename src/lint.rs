//! What a reader without a database can see to be dangerous in SQL files: one list of rules, each with a page.
//!
//! A rule looks at one statement, at the rest of its file and at what the files before made. A table made in the same file is empty,
//! so nothing there waits. Where a rule would have to know a column and does not, it says nothing.

use serde::Serialize;

use crate::error::{Place, Result};
use crate::source;
use crate::source::place::Lines;

pub use policy::{Policy, Setting};
pub use report::Report;
pub use rule::{Level, Rule};
pub use rules::{RULES, rule};

mod allow;
mod applications;
mod column_types;
mod columns;
mod constraints;
mod domains;
mod drops;
mod foreign_keys;
mod indexes;
mod keys;
mod known;
mod names;
mod not_null;
mod partitions;
mod permissions;
pub mod policy;
pub mod report;
mod rule;
mod rules;
mod scene;
mod statement;
mod style;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod transactions;
mod types;

/// The newest major version of PostgreSQL that rules know.
pub const NEWEST: u32 = 18;

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, as the user would write it.
    pub name: String,
    /// What it holds.
    pub text: String,
    /// What it is here for.
    pub role: Role,
}

/// What a file is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is looked at, and what it makes is known to the files after it.
    Migration,
    /// It is looked at; it takes back what a migration did, so nothing of it is known to the files after it.
    Rollback,
    /// It is not looked at, but what it makes is known to the files after it.
    Earlier,
}

/// What to hold the files against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options<'a> {
    /// The major version of the server they are for.
    pub version: u32,
    /// How much each rule counts.
    pub policy: &'a Policy,
}

/// Something that a rule has against a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How much it counts.
    pub level: Level,
    /// Where, with the text of the line.
    #[serde(flatten)]
    pub place: Place,
    /// What happens.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

/// A finding that the file itself allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// What is allowed.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why, in the words of whoever allows it.
    pub reason: String,
}

/// What a rule says about a statement: where in it, what happens, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    offset: usize,
    message: String,
    help: Option<String>,
}

impl Hit {
    fn new(offset: usize, message: impl Into<String>, help: impl Into<String>) -> Hit {
        Hit { offset, message: message.into(), help: Some(help.into()) }
    }
}

/// Looks at files in the order in which they run.
pub fn lint(files: &[File], options: &Options<'_>) -> Result<Report> {
    source::deeply(|| {
        let mut known = known::Known::default();
        let mut report = Report::default();
        for file in files {
            look(file, options, &mut known, &mut report);
        }
        Ok(report)
    })
}

fn look(file: &File, options: &Options<'_>, known: &mut known::Known, report: &mut Report) {
    let text = text::Text::read(file);
    let lines = Lines::new(&text.name, &text.text);
    let before = (file.role == Role::Rollback).then(|| known.clone());
    let mut end = known.clone();
    text.statements.iter().filter(|_| file.role != Role::Earlier).for_each(|it| end.learn(it));
    let mut found = Vec::new();
    for (number, statement) in text.statements.iter().enumerate() {
        if file.role != Role::Earlier {
            let scene =
                scene::Scene { text: &text, lines: &lines, number, statement, known, end: &end, version: options.version };
            found.extend(against(&scene, options.policy).into_iter().map(|it| (number, it)));
        }
        known.learn(statement);
    }
    known.close();
    if let Some(before) = before {
        *known = before;
    }
    if file.role != Role::Earlier {
        report.files += 1;
        report.take(allow::sift(&text, &lines, found, options.policy));
    }
}

/// What the rules have against one statement.
fn against(scene: &scene::Scene<'_>, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in RULES.iter().filter(|it| it.applies(scene.version, scene.text.role)) {
        let level = policy.level(rule, &scene.text.name);
        let hits = if level == Level::Off { Vec::new() } else { (rule.check)(scene) };
        for hit in hits {
            let place = scene.lines.place(scene.statement.offset + hit.offset.min(scene.statement.sql.len()));
            let finding = Finding { rule: rule.name, level, place, message: hit.message, help: hit.help };
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
    }
    found
}
