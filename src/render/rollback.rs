//! The rollback: the plan back, with a header of its own.

use crate::plan::Plan;
use crate::sql;

use super::{Header, migration};

/// The text of `migrations/rollbacks/NNN_rollback.sql`; `plan` leads from the state after to the state before.
pub fn rollback(header: &Header<'_>, plan: &Plan) -> String {
    let mut lines = vec![format!("-- Rollback of migration {:03}: {}", header.number, sql::comment(header.title))];
    lines.extend(migration::head(header));
    lines.push(format!("-- Schema: {} -> {}", sql::comment(header.to), sql::comment(header.from)));
    for lost in plan.steps.iter().flat_map(|it| &it.step.hazards).filter_map(super::lost) {
        lines.push(format!("-- Loses: {}", sql::comment(lost)));
    }
    format!("{}\n{}", lines.join("\n"), migration::body(header, plan))
}
