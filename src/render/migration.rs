//! The migration: header comment, then the statements by what they belong to.

use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::impact::{self, Impact};
use crate::lock::Mode;
use crate::plan::Plan;
use crate::shape::Words;
use crate::sql;

use super::{Header, Statement, names, statements};

/// The `lock_timeout` of what others wait behind.
const PATIENCE: &str = "'2s'";

/// The text of `migrations/NNN_slug.sql`.
pub fn migration(header: &Header<'_>, plan: &Plan) -> String {
    let mut lines = vec![format!("-- Migration {:03}: {}", header.number, sql::comment(header.title))];
    lines.extend(header.contract_of.map(|it| format!("-- schemagen: contract of {it}")));
    lines.extend(head(header));
    lines.extend(header.contract_of.map(|it| {
        format!("-- Held back until the application is deployed that does without what it takes away: schemagen deployed {it}")
    }));
    lines.extend(header.risks.lines().iter().map(|it| format!("--   {}", sql::comment(it))));
    lines.push(format!("-- Estimated time: {}", sql::comment(&header.estimate.line())));
    lines.push(format!("-- Rollback: {}", sql::comment(&header.grade)));
    lines.push(format!("-- Schema: {} -> {}", sql::comment(header.from), sql::comment(header.to)));
    lines.extend(header.stops.iter().map(|it| format!("-- Stops: {}", sql::comment(it))));
    format!("{}\n{}", lines.join("\n"), body(header, plan))
}

/// The statements of a plan as a file that says nothing of itself.
pub fn plain(plan: &Plan) -> String {
    let mut text = if plan.is_transactional() { String::new() } else { "-- schemagen: no-transaction\n".to_owned() };
    text.push_str("SET check_function_bodies = off;\n");
    let mut block = None;
    for Statement { sql, batches, block: it, .. } in statements(plan) {
        text.push_str(edges(&mut block, it));
        text.extend(batches.map(|it| format!("-- schemagen: {it}\n")));
        text.push_str(&format!("{sql};\n"));
    }
    text.push_str(edges(&mut block, None));
    text
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
    let mut text = settings(header, plan, &statements);
    let mut group: Option<&Id> = None;
    let mut patience = "";
    let mut block = None;
    for Statement { sql, group: it, hazards, batches, block: within, .. } in &statements {
        let edge = edges(&mut block, *within);
        if !edge.is_empty() {
            text.push_str(edge);
            group = None;
        }
        if let Some(what) = hazards.iter().find_map(Hazard::asserted) {
            text.push_str(&format!("\n-- Stops unless it holds: {}\n", sql::comment(what)));
            group = None;
        } else if let Some(view) = names::locked_view(sql) {
            text.push_str(&format!("\n-- {view} stays where it is: it is locked before what it reads, as queries lock it\n"));
            group = None;
        } else if group != Some(it) {
            let why = if names::is_recompiling(sql) { ": compiled anew by running sessions" } else { "" };
            text.push_str(&format!("\n-- {}{why}\n", sql::comment(&names::named(it))));
            group = Some(it);
        }
        if !header.transactional && patience != lock_timeout(sql) {
            patience = lock_timeout(sql);
            text.push_str(&format!("SET lock_timeout = {patience};\n"));
        }
        if let Some(batches) = batches {
            text.push_str(&format!("-- schemagen: {batches}\n"));
        }
        text.push_str(sql);
        text.push_str(";\n");
    }
    text.push_str(edges(&mut block, None));
    text
}

/// What stands where a transaction block ends, and another one begins.
fn edges(open: &mut Option<usize>, next: Option<usize>) -> &'static str {
    match (std::mem::replace(open, next), next) {
        (Some(last), Some(next)) if last != next => "\nCOMMIT;\n\nBEGIN;\n",
        (None, Some(_)) => "\nBEGIN;\n",
        (Some(_), None) => "\nCOMMIT;\n",
        _ => "",
    }
}

/// What holds for all statements. A statement that waits for its lock makes all others wait that come after it: so it waits for a
/// short time, and who runs the file tries again.
fn settings(header: &Header<'_>, plan: &Plan, statements: &[Statement]) -> String {
    let scope = if header.transactional { "SET LOCAL" } else { "SET" };
    let mut settings = Vec::new();
    let locks = |it: &Impact| it.locks.iter().any(|it| it.mode >= Mode::ShareUpdateExclusive);
    if header.transactional && impact::told(plan).iter().any(locks) {
        settings.push(format!("{scope} lock_timeout = {PATIENCE};\n"));
    }
    if !header.transactional {
        // What is done without holding anybody up may take its time.
        settings.push(format!("{scope} statement_timeout = 0;\n"));
    }
    if statements.iter().any(|it| has_body(&it.sql)) {
        settings.push(format!("{scope} check_function_bodies = off;\n"));
    }
    if statements.iter().flat_map(|it| &it.hazards).any(|it| matches!(it, Hazard::TakesTimesAsUtc(_))) {
        // Whoever runs the file begins in a zone of their own.
        settings.push(format!("{scope} timezone = 'UTC';\n"));
    }
    if statements.iter().flat_map(|it| &it.hazards).any(|it| matches!(it, Hazard::NeedsAllRows(_))) {
        // Rather fails than leaves some out, whoever runs the file.
        settings.push(format!("{scope} row_security = off;\n"));
    }
    if settings.is_empty() { String::new() } else { format!("\n{}", settings.concat()) }
}

/// How long a statement outside a transaction waits for its locks: CONCURRENTLY holds nobody up while it waits, and stopped by a
/// timeout it would leave an invalid index behind.
fn lock_timeout(sql: &str) -> &'static str {
    if Words::new(sql).contain("CONCURRENTLY") { "0" } else { PATIENCE }
}

/// Whether the statement creates a routine: its body may name what comes later.
fn has_body(sql: &str) -> bool {
    let mut words = Words::new(sql);
    words.accept("CREATE") && {
        words.accept("OR REPLACE");
        ["FUNCTION", "PROCEDURE", "AGGREGATE"].iter().any(|it| words.accept(it))
    }
}
