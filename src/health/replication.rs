//! Standbys that are behind, and slots that keep WAL.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, whole};
use crate::amount::{bytes, counted, seconds};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    /// A slot, or else a standby.
    slot: bool,
    name: String,
    active: bool,
    /// How far behind, where that can be told.
    seconds: Option<f64>,
    bytes: Option<f64>,
    wal_status: Option<String>,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "replication",
    summary: "standbys that are behind, slots that keep WAL or have lost it",
    query: include_str!("replication.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let standbys = rows.iter().filter(|it| !it.slot).count();
    let behind = rows.iter().filter_map(|it| it.seconds).fold(0.0, f64::max);
    let summary = match rows.len() {
        0 => "no standby and no slot".to_owned(),
        number => format!("{}, {}", counted(standbys, "standby", "standbys"), counted(number - standbys, "slot", "slots")),
    };
    let mut verdict = Verdict::new(summary).figure("replication_seconds", behind);
    for row in rows {
        let size = bytes(whole(row.bytes.unwrap_or_default()));
        let subject = format!("{} {}", if row.slot { "slot" } else { "standby" }, row.name);
        match row.wal_status.as_deref() {
            Some("lost") => {
                verdict.found(Level::Error, &subject, "has lost WAL that it needs", "make its subscriber or standby anew")
            }
            _ if row.slot && !row.active && row.bytes.is_some_and(|it| it >= limits.slot_bytes) => {
                let help = "nobody reads it: start who does, or pg_drop_replication_slot before the disk is full";
                verdict.found(Level::Error, &subject, format!("is not in use and keeps {size} of WAL"), help);
            }
            _ if row.slot && row.bytes.is_some_and(|it| it >= limits.slot_bytes) => {
                verdict.found(Level::Warning, &subject, format!("keeps {size} of WAL"), "who reads it is behind");
            }
            _ if !row.slot && row.seconds.is_some_and(|it| it >= limits.replication_seconds) => {
                let message = format!("is {} ({size}) behind", seconds(row.seconds.unwrap_or_default()));
                verdict.found(
                    Level::Warning,
                    &subject,
                    message,
                    "backfills wait for it; look at its disk, and at queries that hold replay back",
                );
            }
            _ => {}
        }
    }
    verdict
}
