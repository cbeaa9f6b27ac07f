//! Constraints that do not hold for all rows, and foreign keys without an index.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, whole};
use crate::amount::{count, counted};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    fault: Fault,
    /// With its table.
    name: String,
    /// The table that it refers to.
    referenced: Option<String>,
    columns: Option<String>,
    rows: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Fault {
    #[serde(rename = "not valid")]
    NotValid,
    #[serde(rename = "no index")]
    NoIndex,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "constraints",
    summary: "constraints that are not validated, and foreign keys of large tables without an index",
    query: include_str!("constraints.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let mut verdict = Verdict::default();
    for row in rows {
        match (row.fault, &row.referenced, &row.columns) {
            (Fault::NotValid, ..) => {
                let message = "is NOT VALID: rows from before it may break it";
                verdict.found(Level::Warning, &row.name, message, "VALIDATE CONSTRAINT; it lets reads and writes go on");
            }
            (Fault::NoIndex, Some(referenced), Some(columns)) if row.rows >= limits.foreign_key_rows => {
                let rows = count(whole(row.rows));
                let message = format!("has no index on ({columns}): a delete in {referenced} reads {rows} rows");
                verdict.found(Level::Info, &row.name, message, "add one to the schema folder, if such rows are ever deleted");
            }
            _ => {}
        }
    }
    verdict.summary = match verdict.findings.len() {
        0 => "all are validated".to_owned(),
        number => format!("{} to look at", counted(number, "constraint", "constraints")),
    };
    verdict
}
