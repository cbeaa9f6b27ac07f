//! How many sessions there are, of how many.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, percent};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    used: f64,
    hidden: f64,
    room: f64,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "connections",
    summary: "client sessions, of those that the server has room for",
    query: include_str!("connections.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let Some(row) = rows.first() else { return Verdict::default() };
    let share = percent(row.used, row.room);
    let summary = format!("{} of {} ({share:.0} %)", row.used, row.room);
    let mut verdict = Verdict::new(summary.clone()).figure("connections", row.used);
    if share >= limits.connections_percent {
        let level = if share >= 95.0 { Level::Error } else { Level::Warning };
        verdict.found(level, "", format!("{summary} are in use"), "pool connections, or raise max_connections");
    }
    if row.hidden > 0.0 {
        let message =
            format!("what {} sessions do is hidden from this role, so locks and transactions are told in part", row.hidden);
        verdict.found(Level::Info, "", message, "GRANT pg_read_all_stats to it");
    }
    verdict
}
