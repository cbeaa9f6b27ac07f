//! How a live database is: what is looked at, what is found, and how it differs from a state that was kept.
//!
//! A probe is a query, and what its rows mean. Nothing is read of the tables themselves, only statistics and catalogs (manual 28),
//! under timeouts, and no text that could hold a value of the user's is told.

mod activity;
mod connections;
mod constraints;
mod extensions;
mod indexes;
mod limits;
mod locks;
pub mod metrics;
pub mod page;
pub mod queries;
mod replication;
mod sequences;
mod settings;
pub mod since;
mod tables;
mod transactions;
mod wraparound;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use crate::lint::Level;
pub use limits::Limits;

use crate::database::Database;
use crate::error::{Error, Result};

/// What is looked at, in the order in which it is told.
pub const PROBES: &[&dyn Probe] = &[
    &connections::PROBE,
    &transactions::PROBE,
    &locks::PROBE,
    &wraparound::PROBE,
    &replication::PROBE,
    &settings::PROBE,
    &activity::PROBE,
    &sequences::PROBE,
    &tables::PROBE,
    &indexes::PROBE,
    &constraints::PROBE,
    &extensions::PROBE,
];

/// What is told besides: by the history, and by comparing with an earlier report.
pub(crate) const EXTRA: [&str; 3] = ["migrations", "since", "queries"];

/// Something to look at.
pub trait Probe: Sync {
    /// As it is written in the report and in the configuration.
    fn name(&self) -> &'static str;

    /// What it is about, in a line.
    fn summary(&self) -> &'static str;

    /// A query that runs in psql as it is.
    fn query(&self) -> &'static str;

    /// What its rows, a JSON array of objects, mean. Fails when they are not of the shape that it reads.
    fn judge(&self, rows: serde_json::Value, limits: &Limits) -> Result<Verdict>;
}

/// A probe that reads each row into an `R`.
struct Typed<R> {
    name: &'static str,
    summary: &'static str,
    query: &'static str,
    judge: fn(&[R], &Limits) -> Verdict,
}

impl<R: DeserializeOwned> Probe for Typed<R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn query(&self) -> &'static str {
        self.query
    }

    fn judge(&self, rows: serde_json::Value, limits: &Limits) -> Result<Verdict> {
        let rows: Vec<R> =
            serde_json::from_value(rows).map_err(|it| Error::internal(format!("{it} in the rows of {}", self.name)))?;
        Ok((self.judge)(&rows, limits))
    }
}

/// What one probe tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// How it is, in a few words.
    pub summary: String,
    /// Numbers by name, to be compared with those of another time. Counts, bytes, seconds or percent, as the name says.
    pub figures: BTreeMap<String, f64>,
    /// What deserves a look.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Nothing found so far.
    pub fn new(summary: impl Into<String>) -> Verdict {
        Verdict { summary: summary.into(), ..Verdict::default() }
    }

    /// The same with one more number.
    #[must_use]
    pub fn figure(mut self, name: &str, value: f64) -> Verdict {
        self.figures.insert(name.to_owned(), value);
        self
    }

    /// One more finding.
    pub fn found(&mut self, level: Level, subject: &str, message: impl Into<String>, help: impl Into<String>) {
        let (message, help) = (message.into(), help.into());
        self.findings.push(Finding { level, subject: subject.to_owned(), message, help });
    }
}

/// Something that deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it counts.
    pub level: Level,
    /// The object or session it is about; empty when it is the whole server.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A probe's verdict, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The probe.
    pub probe: String,
    /// What it tells.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Why it could not be asked; the verdict is empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

impl Outcome {
    /// `unknown`, `ok`, or the level of the worst finding.
    pub fn word(&self) -> &'static str {
        if self.unknown.is_some() { "unknown" } else { word(self.verdict.findings.iter().map(|it| it.level)) }
    }
}

/// The worst of some levels, in a word.
fn word(levels: impl Iterator<Item = Level>) -> &'static str {
    levels.max().map_or("ok", Level::word)
}

/// How a database is at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The form of this report: 1.
    pub format: u32,
    /// The database, without its password.
    pub database: String,
    /// When, in UTC: RFC 3339.
    pub measured_at: String,
    /// What was looked at.
    pub probes: Vec<Outcome>,
    /// How many findings `[health] ignore` leaves out.
    pub ignored: usize,
    /// The queries that took the most time; none where pg_stat_statements is not there to ask.
    pub queries: Option<Vec<queries::Query>>,
}

/// The only form of a report so far.
pub const FORMAT: u32 = 1;

impl Report {
    /// The level of the worst finding, in a word.
    pub fn word(&self) -> &'static str {
        word(self.findings().map(|(_, it)| it.level))
    }

    /// All findings with their probes.
    pub fn findings(&self) -> impl Iterator<Item = (&str, &Finding)> {
        self.probes.iter().flat_map(|probe| probe.verdict.findings.iter().map(|it| (probe.probe.as_str(), it)))
    }

    /// Leaves out what the user knows of, and counts it.
    pub fn ignore(&mut self, limits: &Limits) {
        for outcome in &mut self.probes {
            let before = outcome.verdict.findings.len();
            outcome.verdict.findings.retain(|it| !limits.ignores(&outcome.probe, &it.subject));
            self.ignored += before - outcome.verdict.findings.len();
        }
    }
}

/// Asks every probe. What one may not see, or does not see in time, is told as unknown.
pub async fn measure(database: &mut Database, shown: &str, limits: &Limits) -> Result<Report> {
    database
        .run("SET default_transaction_read_only = on; SET statement_timeout = '15s'; SET lock_timeout = '2s'; SET search_path = pg_catalog")
        .await?;
    let mut probes = Vec::new();
    for probe in PROBES {
        let asked = rows(database, probe.query()).await;
        let (verdict, unknown) = match asked {
            Ok(rows) => (probe.judge(rows, limits)?, None),
            // The server said no to this one; anything else is no answer at all.
            Err(error) if error.sqlstate.is_some() => (Verdict::default(), Some(error.message)),
            Err(error) => return Err(error),
        };
        probes.push(Outcome { probe: probe.name().to_owned(), verdict, unknown });
    }
    let queries = queries::read(database).await?;
    let measured_at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Ok(Report { format: FORMAT, database: shown.to_owned(), measured_at, probes, ignored: 0, queries })
}

/// The rows of a query as a JSON array.
async fn rows(database: &mut Database, query: &str) -> Result<serde_json::Value> {
    database.value(&format!("SELECT coalesce(jsonb_agg(to_jsonb(it)), '[]') FROM ({query}) AS it"), &[]).await
}

/// How much of a whole, in percent; nothing of nothing is none.
fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
}

/// A number of rows or bytes that came as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, not negative")]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_probe_is_named_once_and_described() {
        let names: BTreeSet<&str> = PROBES.iter().map(|it| it.name()).collect();
        assert_eq!(names.len(), PROBES.len());
        let page = include_str!("../docs/health.md");
        for probe in PROBES {
            assert!(page.contains(&format!("`{}` | {}", probe.name(), probe.summary())), "docs/health.md: {}", probe.name());
        }
    }

    #[test]
    fn what_is_ignored_is_counted() {
        let mut verdict = Verdict::new("");
        verdict.found(Level::Warning, "public.a_old", "", "");
        verdict.found(Level::Warning, "public.b", "", "");
        let outcome = |probe: &str| Outcome { probe: probe.to_owned(), verdict: verdict.clone(), unknown: None };
        let (database, measured_at) = (String::new(), String::new());
        let probes = vec![outcome("indexes"), outcome("tables")];
        let mut report = Report { format: FORMAT, database, measured_at, probes, ignored: 0, queries: None };
        report.ignore(&Limits { ignore: vec!["indexes:*_old".into()], ..Limits::default() });
        assert_eq!((report.ignored, report.findings().count()), (1, 3));
    }
}
