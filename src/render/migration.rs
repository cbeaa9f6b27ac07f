//! The migration: header comment, then the statements by what they belong to.

use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::plan::Plan;
use crate::shape::Words;
use crate::sql;

use super::{Header, Statement, names, statements};

/// The text of `migrations/NNN_slug.sql`.
pub fn migration(header: &Header<'_>, plan: &Plan) -> String {
    let mut lines = vec![format!("-- Migration {:03}: {}", header.number, sql::comment(header.title))];
    lines.extend(head(header));
    lines.extend(header.risks.lines().iter().map(|it| format!("--   {}", sql::comment(it))));
    lines.push(format!("-- Estimated time: {}", sql::comment(&header.estimate.line())));
    lines.push(format!("-- Rollback: {}", sql::comment(&header.grade)));
    lines.push(format!("-- Schema: {} -> {}", sql::comment(header.from), sql::comment(header.to)));
    lines.extend(header.stops.iter().map(|it| format!("-- Stops: {}", sql::comment(it))));
    format!("{}\n{}", lines.join("\n"), body(header, plan))
}

/// The lines that both scripts have.
pub(super) fn head(header: &Header<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !header.transactional {
        lines.push("-- schemagen: no-transaction".to_owned());
    }
    lines.push(format!("-- Purpose: {}", sql::comment(header.purpose)));
    lines.push(format!("-- Risk: {}", header.risks.greatest()));
    lines
}

/// The statements, a comment where what they belong to changes.
pub(super) fn body(header: &Header<'_>, plan: &Plan) -> String {
    let statements = statements(plan);
    let mut text = String::new();
    if statements.iter().any(|it| has_body(&it.sql)) {
        let scope = if header.transactional { "SET LOCAL" } else { "SET" };
        text.push_str(&format!("\n{scope} check_function_bodies = off;\n"));
    }
    let mut group: Option<&Id> = None;
    for Statement { sql, group: it, hazards, .. } in &statements {
        if let Some(what) = hazards.iter().find_map(Hazard::asserted) {
            text.push_str(&format!("\n-- Stops unless it holds: {}\n", sql::comment(what)));
            group = None;
        } else if group != Some(it) {
            text.push_str(&format!("\n-- {}\n", sql::comment(&names::named(it))));
            group = Some(it);
        }
        text.push_str(sql);
        text.push_str(";\n");
    }
    text
}

/// Whether the statement creates a routine: its body may name what comes later.
fn has_body(sql: &str) -> bool {
    let mut words = Words::new(sql);
    words.accept("CREATE") && {
        words.accept("OR REPLACE");
        ["FUNCTION", "PROCEDURE", "AGGREGATE"].iter().any(|it| words.accept(it))
    }
}
