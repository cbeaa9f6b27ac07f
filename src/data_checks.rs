//! Questions to live rows: on which of them a migration would stop. They are asked in a transaction that only reads, each for a
//! bounded time, and the answers are for people: the migration itself stops without harm.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, Object};
use crate::closure::context;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::kinds::{Conditions, DataCheck, Verb, kind};
use crate::plan::Plan;

/// More rows than that are not counted.
const MOST: usize = 100_000;
/// How many rows are named.
const NAMED: usize = 5;
/// How long all questions may take; one of them a third of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What was asked.
    #[serde(flatten)]
    pub check: DataCheck,
    /// What was answered.
    pub answer: Answer,
}

/// What the live rows say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// There is no live database to ask.
    NotAsked,
    /// It could not be asked, or not in time: why.
    Unknown(String),
    /// So many rows, or groups of them, stand against it.
    Rows(Rows),
}

/// The rows that stand against a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// How many.
    pub count: usize,
    /// There are more than were counted.
    pub more: bool,
    /// The first of them by their keys.
    pub samples: Vec<String>,
}

impl From<DataCheck> for Checked {
    fn from(check: DataCheck) -> Checked {
        Checked { check, answer: Answer::NotAsked }
    }
}

impl Checked {
    /// A finding, where rows stand against the change.
    pub fn finding(&self) -> Option<String> {
        let Answer::Rows(Rows { count, more, samples }) = &self.answer else { return None };
        let DataCheck { what, help, .. } = &self.check;
        let named = format!("{}{}", samples.join("; "), if *count > samples.len() { "; …" } else { "" });
        let stand = match (count, more) {
            (0, _) => return None,
            (1, false) => "1 case on live rows stands".to_owned(),
            (_, false) => format!("{count} cases on live rows stand"),
            (_, true) => format!("more than {count} cases on live rows stand"),
        };
        Some(format!("{stand} against {what} ({named}): {help}"))
    }
}

/// The questions that a plan raises about what is there before it.
pub fn of(plan: &Plan, from: &Catalog, to: &Catalog, conditions: &Conditions<'_>) -> Result<Vec<Checked>> {
    let context = context(from, to, &plan.changes, conditions);
    let mut checks = BTreeSet::new();
    for (id, _) in plan.changes.iter().filter(|it| *it.1 != Verb::Drop) {
        let Some(new) = to.get(id) else { continue };
        let with = kind(&id.kind).comes_with(new, &context);
        let is_other_name = from.get(id).is_none() && is_held(from, new);
        if with.is_none_or(|it| !plan.changes.contains_key(&it)) && !is_other_name {
            checks.extend(kind(&id.kind).checks(from.get(id), new, &context)?);
        }
    }
    Ok(checks.into_iter().map(Checked::from).collect())
}

/// Whether something that is there demands the same under another name: what rows satisfy anyway is not asked.
pub fn is_held(from: &Catalog, new: &Object) -> bool {
    let Some(parent) = &new.parent else {
        return from.of_kind(&new.id.kind).any(|old| old.parent.is_none() && kind(&new.id.kind).same_but_name(old, new));
    };
    from.children(parent, &new.id.kind).any(|old| kind(&new.id.kind).same_but_name(old, new))
}

/// Asks the live database, which nothing is written to.
pub async fn ask(live: &mut Database, checks: Vec<Checked>) -> Result<Vec<Checked>> {
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '2s'; \
        SET LOCAL statement_timeout = '10s'; SET LOCAL search_path = pg_catalog; SET LOCAL DateStyle = 'ISO, MDY'; \
        SET LOCAL IntervalStyle = postgres; SET LOCAL row_security = off; SET LOCAL synchronize_seqscans = off";
    let until = Instant::now() + PATIENCE;
    live.run(BEGIN).await?;
    let mut checked = Vec::new();
    for Checked { check, .. } in checks {
        let answer = if Instant::now() < until {
            answer(live, &check).await?
        } else {
            Answer::Unknown(format!("the {} s for all questions were over", PATIENCE.as_secs()))
        };
        checked.push(Checked { check, answer });
    }
    live.run("ROLLBACK").await?;
    Ok(checked)
}

async fn answer(live: &mut Database, check: &DataCheck) -> Result<Answer> {
    live.run("SAVEPOINT question").await?;
    let counted = format!(
        "WITH found AS MATERIALIZED (SELECT sample FROM ({}) AS asked(sample) LIMIT {}) \
         SELECT jsonb_build_object('count', least(count(*), {MOST}), 'more', count(*) > {MOST}, \
         'samples', (SELECT coalesce(jsonb_agg(left(sample, 120)), '[]') FROM (SELECT sample FROM found LIMIT {NAMED}) AS first)) FROM found",
        check.query,
        MOST + 1
    );
    match live.value::<Rows>(&counted, &[]).await {
        Ok(rows) => Ok(Answer::Rows(rows)),
        Err(error) => {
            live.run("ROLLBACK TO SAVEPOINT question").await?;
            let about_rows = error.sqlstate.as_deref().is_some_and(|it| it.starts_with("22") || it.starts_with("23"));
            match check.by_row.as_ref().filter(|_| about_rows) {
                Some(block) => by_row(live, block).await,
                None => Ok(Answer::Unknown(reason(&error))),
            }
        }
    }
}

/// Asks row by row: the query fails for some of them.
async fn by_row(live: &mut Database, block: &str) -> Result<Answer> {
    match live.run(block).await {
        Ok(()) => Ok(Answer::Rows(live.value("SELECT current_setting('schemagen.tally')::jsonb", &[]).await?)),
        Err(error) => {
            live.run("ROLLBACK TO SAVEPOINT question").await?;
            Ok(Answer::Unknown(reason(&error)))
        }
    }
}

/// Why a question has no answer.
fn reason(error: &Error) -> String {
    match error.sqlstate.as_deref() {
        Some("57014") => "not answered within 10 s".to_owned(),
        Some("42703" | "42P01" | "42883" | "42804") => {
            format!("it cannot be asked before what the migration or those pending change: {}", error.message)
        }
        _ => error.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: usize, more: bool, samples: &[&str]) -> Option<String> {
        let check = DataCheck {
            what: "NOT NULL of a.b".to_owned(),
            query: String::new(),
            help: "give them a value".to_owned(),
            by_row: None,
        };
        let samples = samples.iter().map(|it| (*it).to_owned()).collect();
        Checked { check, answer: Answer::Rows(Rows { count, more, samples }) }.finding()
    }

    #[test]
    fn a_finding_counts_names_and_helps() {
        assert_eq!(found(0, false, &[]), None);
        let one = found(1, false, &["id = 1"]).unwrap_or_default();
        assert_eq!(one, "1 case on live rows stands against NOT NULL of a.b (id = 1): give them a value");
        let many = found(MOST, true, &["id = 1", "id = 2"]).unwrap_or_default();
        assert!(
            many.starts_with("more than 100000 cases on live rows stand against") && many.contains("(id = 1; id = 2; …)"),
            "{many}"
        );
    }
}
