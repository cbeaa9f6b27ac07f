//! An update that PostgreSQL refuses because the table is published and nothing identifies its rows.

use super::run::Failure;
use crate::error::{Error, Exit};
use crate::plan::Plan;
use crate::shape::Words;

/// What PostgreSQL reports then (`object_not_in_prerequisite_state`).
const NOT_IN_STATE: &str = "55000";

/// Why a plan failed: what must be there before it, where that is so.
pub(super) fn explained(failure: Failure, plan: &Plan) -> Error {
    let text = plan.steps.get(failure.step).map_or(String::new(), |it| it.step.sql.text());
    let mut words = Words::new(&text);
    let is_update = failure.error.sqlstate.as_deref() == Some(NOT_IN_STATE) && words.accept("UPDATE");
    let Some(table) = words.path().filter(|_| is_update) else { return failure.error };
    let help = format!(
        "{table} is published, and no key identifies its rows: in a migration before this one give it a primary key, or say \
         ALTER TABLE {table} REPLICA IDENTITY FULL"
    );
    failure.error.exit(Exit::Refused).help(help)
}
