//! How near the server is to running out of transaction numbers.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, percent};

/// As many transactions and multixacts may be between the oldest that is visible and the next (manual 25.1.5).
const MOST: f64 = 2_147_483_648.0;

/// From here on VACUUM leaves all else aside: `vacuum_failsafe_age`, 1.6 of 2.1 milliards.
const FAILSAFE: f64 = 75.0;

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    database: String,
    transactions: f64,
    multixacts: f64,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "wraparound",
    summary: "transaction numbers and multixacts in use, of those that there are",
    query: include_str!("wraparound.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let share = |row: &Row| percent(row.transactions.max(row.multixacts), MOST);
    let worst = rows.iter().map(share).fold(0.0, f64::max);
    let mut verdict = Verdict::new(format!("{worst:.0} % of the transaction numbers in use")).figure("wraparound_percent", worst);
    for row in rows.iter().filter(|it| share(it) >= limits.wraparound_percent) {
        let level = if share(row) >= FAILSAFE { Level::Error } else { Level::Warning };
        let message = format!("{:.0} % of the transaction numbers are in use", share(row));
        let help =
            "VACUUM (FREEZE) its oldest tables, and end what holds VACUUM back: old transactions, prepared ones, idle slots";
        verdict.found(level, &row.database, message, help);
    }
    verdict
}
