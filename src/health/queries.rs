//! The queries that took the most time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Level, Limits, Verdict, rows};
use crate::amount::counted;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::sql;

/// A slowdown below this many milliseconds is noise.
const NOTICEABLE: f64 = 0.1;

/// How many that are new are named.
const NAMED: usize = 3;

/// A query, without its constants, and what it took since its statistics began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The server's number for it.
    pub id: String,
    /// The first 200 characters.
    pub text: String,
    /// How often it ran.
    pub calls: f64,
    /// How long all runs took.
    pub milliseconds: f64,
}

impl Query {
    /// Milliseconds of one run.
    pub fn mean(&self) -> f64 {
        self.milliseconds / self.calls.max(1.0)
    }
}

/// Reads them; none where the extension is not there, or does not answer.
pub(super) async fn read(database: &mut Database) -> Result<Option<Vec<Query>>> {
    const SCHEMA: &str = "SELECT (SELECT n.nspname::text FROM pg_catalog.pg_extension e \
         JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements')";
    let Some(schema) = database.value::<Option<String>>(SCHEMA, &[]).await? else { return Ok(None) };
    match rows(database, &include_str!("queries.sql").replace("{schema}", &sql::name(&schema))).await {
        Ok(rows) => Ok(Some(serde_json::from_value(rows).map_err(Error::internal)?)),
        // It is installed and not loaded (55000), or not for this role.
        Err(error) if error.sqlstate.is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What became slower between two times.
pub(super) fn compare(before: &[Query], now: &[Query], limits: &Limits) -> Verdict {
    let known: BTreeMap<&str, &Query> = before.iter().map(|it| (it.id.as_str(), it)).collect();
    let (mut verdict, mut compared, mut fresh) = (Verdict::default(), 0, Vec::new());
    for query in now {
        let Some(old) = known.get(query.id.as_str()) else {
            fresh.push(query);
            continue;
        };
        let calls = query.calls - old.calls;
        // Fewer calls than before: its statistics began anew.
        if calls < limits.query_calls.max(1.0) || old.calls < 1.0 {
            continue;
        }
        compared += 1;
        let (was, is) = (old.mean(), (query.milliseconds - old.milliseconds) / calls);
        if is >= was * (1.0 + limits.query_slower_percent / 100.0) && is - was >= NOTICEABLE {
            let message = format!("took {was:.2} ms on average, and {is:.2} ms in the {calls} runs since: {}", query.text);
            verdict.found(
                Level::Warning,
                &format!("query {}", query.id),
                message,
                "look at its plan: EXPLAIN (ANALYZE, BUFFERS)",
            );
        }
    }
    let slower = verdict.findings.len();
    for query in fresh.iter().take(NAMED).filter(|it| it.calls >= limits.query_calls) {
        let message = format!("is new: {} runs, {:.2} ms on average: {}", query.calls, query.mean(), query.text);
        verdict.found(Level::Info, &format!("query {}", query.id), message, "see whether it is meant");
    }
    verdict.summary = format!("{} ran often enough to compare, {slower} slower", counted(compared, "query", "queries"));
    verdict
}
