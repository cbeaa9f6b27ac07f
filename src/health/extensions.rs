//! Extensions that were not updated with the server.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict};
use crate::amount::counted;

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    name: String,
    installed: String,
    /// The server's default.
    available: String,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "extensions",
    summary: "extensions of another version than the server would install now",
    query: include_str!("extensions.sql"),
    judge,
};

fn judge(rows: &[Row], _: &Limits) -> Verdict {
    let mut verdict = Verdict::new(match rows.len() {
        0 => "all are of the server's version".to_owned(),
        number => format!("{} of another version than the server's", counted(number, "extension", "extensions")),
    });
    for row in rows {
        let message = format!("is at {}, and the server has {}", row.installed, row.available);
        let help =
            format!("diff changes a version that the schema folder states: CREATE EXTENSION … VERSION '{}'", row.available);
        verdict.found(Level::Info, &row.name, message, help);
    }
    verdict
}
