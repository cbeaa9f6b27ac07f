//! Indexes that cost writes and give nothing.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, whole};
use crate::amount::{bytes, counted};

/// How often a table must have been read for an index of it to count as unused: by then some query would have taken it.
const READS: f64 = 1000.0;

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    fault: Fault,
    name: String,
    /// The table.
    of: String,
    /// The index that it is the same as.
    other: Option<String>,
    bytes: f64,
    /// How often the table was read.
    reads: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fault {
    Invalid,
    Duplicate,
    Unused,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "indexes",
    summary: "indexes that are invalid, the same as another, or not used",
    query: include_str!("indexes.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let mut verdict = Verdict::default();
    for row in rows {
        let size = bytes(whole(row.bytes));
        match (row.fault, &row.other) {
            (Fault::Invalid, _) => {
                let message = format!("is invalid: writes to {} keep it up to date, and no query can use it", row.of);
                let help = "a concurrent build of it stopped half way: schemagen apply goes on with its migration; or DROP INDEX CONCURRENTLY";
                verdict.found(Level::Error, &row.name, message, help);
            }
            (Fault::Duplicate, Some(other)) => {
                let help = "take it out of the schema folder";
                verdict.found(Level::Warning, &row.name, format!("has the same keys as {other} ({size})"), help);
            }
            (Fault::Unused, _) if row.bytes >= limits.unused_index_bytes && row.reads >= READS => {
                let message = format!("was never used on this server since its statistics began ({size})");
                let help = "take it out of the schema folder, unless a standby's queries or rare ones need it";
                verdict.found(Level::Warning, &row.name, message, help);
            }
            _ => {}
        }
    }
    verdict.summary = match verdict.findings.len() {
        0 => "none is invalid, double or unused".to_owned(),
        number => format!("{} of no use", counted(number, "index", "indexes")),
    };
    verdict
}
