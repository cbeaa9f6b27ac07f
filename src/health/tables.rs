//! Tables that wait for VACUUM or ANALYZE.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, percent, whole};
use crate::amount::{count, counted};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    name: String,
    live: f64,
    dead: f64,
    /// Rows changed since the last ANALYZE.
    modified: f64,
    vacuumed: Option<String>,
    analyzed: Option<String>,
    /// Whether autovacuum looks after it.
    autovacuum: bool,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "tables",
    summary: "dead rows that VACUUM has not taken away, and rows that ANALYZE has not seen",
    query: include_str!("tables.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let dead: f64 = rows.iter().map(|it| it.dead).sum();
    let mut verdict = Verdict::new(format!("{}, {} dead rows", counted(rows.len(), "table", "tables"), count(whole(dead))))
        .figure("dead_rows", dead);
    for row in rows {
        let share = percent(row.dead, row.live + row.dead);
        if row.dead >= limits.least_rows && share >= limits.dead_rows_percent {
            let message = format!(
                "{} of its rows are dead ({share:.0} %), {}",
                count(whole(row.dead)),
                last("vacuumed", row.vacuumed.as_ref())
            );
            verdict.found(Level::Warning, &row.name, message, format!("{}VACUUM {}", off(row), row.name));
        }
        let share = percent(row.modified, row.live);
        if row.modified >= limits.least_rows && (share >= limits.modified_percent || row.analyzed.is_none()) {
            let message = format!(
                "{} rows changed since its statistics were gathered, {}",
                count(whole(row.modified)),
                last("analyzed", row.analyzed.as_ref())
            );
            let help = format!("{}ANALYZE {}: plans, and the estimates of diff, rest on them", off(row), row.name);
            verdict.found(Level::Warning, &row.name, message, help);
        }
    }
    verdict
}

fn last(what: &str, when: Option<&String>) -> String {
    when.map_or_else(|| format!("never {what}"), |it| format!("last {what} {it} UTC"))
}

fn off(row: &Row) -> &'static str {
    if row.autovacuum { "" } else { "autovacuum is off for it: " }
}
