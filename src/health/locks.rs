//! Sessions that wait for a lock.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict};
use crate::amount::{counted, seconds};

/// From here on a wait is an outage for who waits.
const OUTAGE: f64 = 60.0;

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pid: i32,
    mode: String,
    /// A relation, or the kind of lock.
    what: String,
    seconds: f64,
    blockers: Vec<i32>,
}

pub(super) const PROBE: Typed<Row> =
    Typed { name: "locks", summary: "sessions that wait for a lock, and for whom", query: include_str!("locks.sql"), judge };

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let longest = rows.iter().map(|it| it.seconds).fold(0.0, f64::max);
    let summary = match rows.len() {
        0 => "nobody waits".to_owned(),
        number => format!("{} for a lock, the longest {}", counted(number, "wait", "waits"), seconds(longest)),
    };
    let mut verdict = Verdict::new(summary).figure("lock_waits", f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX)));
    for row in rows.iter().filter(|it| it.seconds >= limits.lock_seconds) {
        let level = if row.seconds >= OUTAGE { Level::Error } else { Level::Warning };
        let blockers: Vec<String> = row.blockers.iter().map(ToString::to_string).collect();
        let whom =
            if blockers.is_empty() { "nobody that is still there".to_owned() } else { format!("pid {}", blockers.join(", ")) };
        let message = format!("waits for {} on {} since {}, behind {whom}", row.mode, row.what, seconds(row.seconds));
        let help = "SELECT pg_cancel_backend(PID) of who is in the way, if it may be";
        verdict.found(level, &format!("pid {}", row.pid), message, help);
    }
    verdict
}
