//! Transactions that are open for long: they hold locks, and keep VACUUM from what died since they began.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict};
use crate::amount::{counted, seconds};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pid: Option<i32>,
    role: Option<String>,
    application: Option<String>,
    idle: bool,
    prepared: bool,
    /// Since it began.
    seconds: f64,
    /// Since its last statement ended, or its current one began.
    waiting: f64,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "transactions",
    summary: "transactions that are open, idle in transaction, or prepared for long",
    query: include_str!("transactions.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let oldest = rows.iter().map(|it| it.seconds).fold(0.0, f64::max);
    let summary = match rows.len() {
        0 => "none is open".to_owned(),
        number => {
            format!("{}, the oldest open for {}", counted(number, "open transaction", "open transactions"), seconds(oldest))
        }
    };
    let mut verdict = Verdict::new(summary).figure("oldest_transaction_seconds", oldest);
    for row in rows {
        let subject = subject(row);
        let (open, level) = (seconds(row.seconds), Level::Warning);
        if row.prepared && row.seconds >= limits.transaction_seconds {
            let help = "COMMIT PREPARED or ROLLBACK PREPARED it: it survives even a restart";
            verdict.found(level, &subject, format!("prepared {open} ago, and neither committed nor rolled back"), help);
        } else if row.idle && row.waiting >= limits.idle_seconds {
            let message = format!("idle in transaction for {}, open for {open}", seconds(row.waiting));
            let help = "find out why the application does not commit; idle_in_transaction_session_timeout ends such sessions";
            verdict.found(level, &subject, message, help);
        } else if !row.prepared && row.seconds >= limits.transaction_seconds {
            let help = "what died since it began cannot be vacuumed; migrations wait for its locks";
            verdict.found(level, &subject, format!("open for {open}"), help);
        }
    }
    verdict
}

/// `pid 4711 of app (worker)`
fn subject(row: &Row) -> String {
    let who = row.role.as_deref().unwrap_or("an unknown role");
    let named = row.application.as_deref().filter(|it| !it.is_empty());
    let what = row.pid.map_or("prepared transaction".to_owned(), |it| format!("pid {it}"));
    named.map_or_else(|| format!("{what} of {who}"), |it| format!("{what} of {who} ({it})"))
}
