//! What the database has done since its statistics began.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, percent};

/// Below so many blocks (8 GB) the share says nothing.
const BLOCKS: f64 = 1_000_000.0;

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    hit: f64,
    read: f64,
    deadlocks: f64,
    temporary: f64,
    commits: f64,
    rollbacks: f64,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "activity",
    summary: "blocks found in shared buffers, of those asked for; deadlocks, temporary files, commits and rollbacks are for comparing",
    query: include_str!("activity.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let Some(row) = rows.first() else { return Verdict::default() };
    let share = percent(row.hit, row.hit + row.read);
    let mut verdict = Verdict::new(format!("{share:.1} % of the blocks found in shared buffers"))
        .figure("cache_hit_percent", share)
        .figure("blocks_hit", row.hit)
        .figure("blocks_read", row.read)
        .figure("deadlocks", row.deadlocks)
        .figure("temporary_bytes", row.temporary)
        .figure("commits", row.commits)
        .figure("rollbacks", row.rollbacks);
    if row.hit + row.read >= BLOCKS && share < limits.cache_hit_percent {
        let help = "raise shared_buffers, or look for queries that read whole tables";
        verdict.found(Level::Warning, "", format!("only {share:.1} % of the blocks are found in shared buffers"), help);
    }
    verdict
}
