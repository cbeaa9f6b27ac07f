//! Settings that a server with data has on.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    name: String,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "settings",
    summary: "autovacuum, track_counts, fsync and full_page_writes are on",
    query: include_str!("settings.sql"),
    judge,
};

fn judge(rows: &[Row], _: &Limits) -> Verdict {
    let mut verdict = Verdict::new(match rows.len() {
        0 => "autovacuum, track_counts, fsync and full_page_writes are on".to_owned(),
        number => format!("{number} off"),
    });
    for row in rows {
        let message = match row.name.as_str() {
            "autovacuum" | "track_counts" => "is off: tables bloat, plans go wrong, and transaction numbers run out",
            _ => "is off: a crash can destroy the data",
        };
        verdict.found(Level::Error, &row.name, message, "ALTER SYSTEM RESET it");
    }
    verdict
}
