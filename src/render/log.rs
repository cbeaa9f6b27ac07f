//! The migration log: everything a reviewer of a change to production wants to know, filled in.

use jiff::civil::Date;
use minijinja::{Environment, Value, context};

use crate::data_checks::{Answer, Checked};
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::impact::Impacts;
use crate::plan::Plan;
use crate::values::{Change, Values};

use super::brief::{Brief, brief};
use super::names::{cell, code};
use super::sentence::{Section, sections, sections_back};
use super::{Header, Proof, application, impacts, lost, lost_by_rollback, not_returned};

const TEMPLATE: &str = include_str!("log.md.j2");

/// What a log is made of.
#[derive(Debug, Clone)]
pub struct Log<'a> {
    /// What all three files say.
    pub header: &'a Header<'a>,
    /// The migration.
    pub up: &'a Plan,
    /// Its rollback.
    pub down: &'a Plan,
    /// What both do to relations that are there before.
    pub impacts: &'a Impacts,
    /// What the clone showed.
    pub proof: &'a Proof,
    /// The day it was written.
    pub date: Date,
    /// Where the rollback is: `migrations/rollbacks/005_rollback.sql`.
    pub rollback_file: &'a str,
    /// The migration before this one: `004_create_orders`.
    pub depends_on: Option<&'a str>,
    /// What a reader must know besides: what was skipped, what is not managed.
    pub notes: &'a [String],
}

/// The text of `migrations/logs/NNN_slug.md`.
pub fn log(log: &Log<'_>) -> Result<String> {
    let Log { header, up, down, proof, .. } = log;
    let Brief { counts, sections } = brief(sections(up));
    let back = brief(sections_back(up, down));
    let values = context! {
        number => format!("{:03}", header.number),
        title => line(header.title),
        date => log.date.to_string(),
        estimate => line(&header.estimate.line()),
        grade => line(&header.grade),
        risk => header.risks.greatest().to_string(),
        risks => header.risks.lines().iter().map(|it| line(it)).collect::<Vec<_>>(),
        basis => header.estimate.basis(),
        purpose => line(header.purpose),
        transactional => header.transactional,
        from => header.from,
        to => header.to,
        losses => told(up, lost),
        conversions => told(up, |it| if let Hazard::Converts(what) = it { Some(what) } else { None }),
        as_utc => told(up, |it| if let Hazard::TakesTimesAsUtc(of) = it { Some(of) } else { None }),
        counts,
        changes => sections.iter().map(section).collect::<Vec<_>>(),
        notes => log.notes.iter().map(|it| line(it)).collect::<Vec<_>>(),
        rollback_file => log.rollback_file,
        back_counts => back.counts,
        back => sentences(&back.sections),
        back_losses => losses_of_rollback(up, down),
        inexact => inexact(up, down),
        back_stops => down.stops.iter().map(|it| line(it)).collect::<Vec<_>>(),
        impacts => impacts::section(log.impacts, header.estimate),
        application => application::demands(up, down).into_iter().map(|it| it.text).collect::<Vec<_>>(),
        depends_on => log.depends_on.map(code),
        proof => context! { server => line(&proof.server), reaches => proof.reaches, returns => proof.returns, again => proof.again,
            statements => proof.statements },
        values => values(&proof.values),
        stops => header.stops.iter().map(|it| line(it)).collect::<Vec<_>>(),
        checks => proof.checks.iter().map(check).collect::<Vec<_>>(),
        findings => proof.findings.iter().map(|it| line(it)).collect::<Vec<_>>(),
    };
    let rendered = Environment::new().render_named_str("log.md", TEMPLATE, values);
    let text = rendered.map_err(|it| Error::internal(format!("the log's template: {it:#}")))?;
    Ok(format!("{}\n", text.trim_end()))
}

/// What became of the seeded rows.
fn values(values: &Values) -> Value {
    let Values { kept, changes, not_compared, stops, rollback_stops, seeded_instead, .. } = values;
    let sampled: Vec<String> = values.sampled.iter().map(|it| line(&it.to_string())).collect();
    let row = |it: &Change| context! { of => cell(&code(&it.of)), there => cell(&it.migration), back => cell(&it.rollback) };
    let lines = |list: &[String]| list.iter().map(|it| line(it)).collect::<Vec<_>>();
    let tables = (values.tables > 0).then(|| values.tables());
    context! { rows => super::rows(values), sampled, seeded_instead => lines(seeded_instead), any => values.rows > 0, tables, kept, changes => changes.iter().map(row).collect::<Vec<_>>(), not_compared => lines(not_compared),
    stops => lines(stops), rollback_stops => rollback_stops.as_deref().map(line) }
}

/// A question to live rows, as a box to tick.
fn check(checked: &Checked) -> Value {
    let what = line(&checked.check.what);
    let text = match (&checked.answer, checked.finding()) {
        (Answer::NotAsked, _) => {
            format!("No row stands against {what}; this must return nothing: {}", code(&checked.check.query))
        }
        (Answer::Unknown(why), _) => {
            format!(
                "No row stands against {what}; not known ({}), this must return nothing: {}",
                line(why),
                code(&checked.check.query)
            )
        }
        (Answer::Rows(_), Some(finding)) => format!("**{}**", line(&finding)),
        (Answer::Rows(_), None) => format!("No live row stands against {what}"),
    };
    let done = matches!(&checked.answer, Answer::Rows(it) if it.count == 0);
    context! { done, text }
}

fn section(section: &Section) -> Value {
    context! { heading => capitalized(&section.heading), sentences => sentences(std::slice::from_ref(section)) }
}

/// All of them in a row.
fn sentences(sections: &[Section]) -> Vec<String> {
    sections.iter().flat_map(|it| &it.sentences).map(|it| it.text.clone()).collect()
}

fn told(plan: &Plan, which: impl Fn(&Hazard) -> Option<&str>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for text in plan.steps.iter().flat_map(|it| &it.step.hazards).filter_map(which).map(line) {
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told
}

/// More than so many new things that a rollback takes away are named in one line.
const MANY: usize = 20;

/// What goes by the rollback: stored before the migration, or only since.
fn losses_of_rollback(up: &Plan, down: &Plan) -> Vec<String> {
    let old = lost_by_rollback(up, down);
    let (old, since): (Vec<String>, Vec<String>) = told(down, lost).into_iter().partition(|it| old.contains(&it.as_str()));
    let since = match since.len() {
        ..=MANY => since.iter().map(|it| format!("{it} (stored since the migration)")).collect(),
        _ => vec![format!("what is stored since the migration: {}", since.join(", "))],
    };
    [old, since].concat()
}

fn inexact(up: &Plan, down: &Plan) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for text in not_returned(up, down).into_iter().map(line) {
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told
}

/// Text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |it| it.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
#[path = "example.rs"]
mod tests;
