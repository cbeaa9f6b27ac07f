//! Sequences that run out.

use serde::Deserialize;

use super::{Level, Limits, Typed, Verdict, percent};

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    name: String,
    /// The column that owns it.
    column: Option<String>,
    /// That column's type.
    r#type: Option<String>,
    value: f64,
    /// The last that it, or its column's type, has room for.
    most: f64,
}

pub(super) const PROBE: Typed<Row> = Typed {
    name: "sequences",
    summary: "sequences that come near their end, or that of their column's type",
    query: include_str!("sequences.sql"),
    judge,
};

fn judge(rows: &[Row], limits: &Limits) -> Verdict {
    let share = |row: &Row| percent(row.value, row.most);
    let worst = rows.iter().map(share).fold(0.0, f64::max);
    let mut verdict = Verdict::new(format!("the fullest is at {worst:.0} %")).figure("fullest_sequence_percent", worst);
    for row in rows.iter().filter(|it| share(it) >= limits.sequence_percent) {
        let level = if share(row) >= 90.0 { Level::Error } else { Level::Warning };
        let (subject, help) = match (&row.column, &row.r#type) {
            (Some(column), Some(kind)) if kind != "bigint" => (
                column,
                format!("make the {kind} a bigint in the schema folder, and run schemagen diff --strategy expand-contract"),
            ),
            _ => (&row.name, "raise its MAXVALUE, or begin anew".to_owned()),
        };
        let message = format!("{} of {} numbers are given out ({:.0} %)", row.value, row.most, share(row));
        verdict.found(level, subject, message, help);
    }
    verdict
}
