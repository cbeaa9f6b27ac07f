//! What is said of a script that failed: where, what is true of the database now, and what to do.

use std::ops::Range;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use super::{NO_TRANSACTION, Script, ScriptStatement};
use crate::error::Error;

/// What is true after the statement at `position`, of those that are committed together, failed outside a transaction.
pub(super) fn state(script: &Script, together: &Range<usize>, position: usize) -> String {
    let count = script.statements.len();
    let several = |it: Range<usize>| match it.len() {
        1 => format!("statement {}", it.end),
        _ => format!("statements {} to {}", it.start + 1, it.end),
    };
    let done = match together.start {
        0 => "nothing before it was done".to_owned(),
        1 => "statement 1 is done and stays".to_owned(),
        end => format!("{} are done and stay", several(0..end)),
    };
    let undone = if together.len() == 1 {
        String::new()
    } else {
        format!(", and with it the transaction block of {}", several(together.clone()))
    };
    let rest = match count - together.end {
        0 => String::new(),
        1 => format!(", statement {count} was not run"),
        _ => format!(", {} were not run", several(together.end..count)),
    };
    let left = if script.statements[position].concurrent { "; it may have left an invalid index behind" } else { "" };
    format!("state: {done}, statement {} of {count} failed{undone}{rest}{left}", position + 1)
}

/// Whether another attempt may fare better: a lock timeout, a deadlock, or a catalog row that someone else changed meanwhile.
pub(super) fn is_transient(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    match error.code().as_deref() {
        Some("55P03" | "40P01") => true,
        Some("XX000") => error.message().contains("tuple concurrently"),
        _ => false,
    }
}

/// The server's error at its place in the file.
pub(super) fn explain(script: &Script, statement: &ScriptStatement, error: sqlx::Error) -> Error {
    let mut position = 1;
    let mut inner = None;
    if let sqlx::Error::Database(database) = &error
        && let Some(server) = database.try_downcast_ref::<PgDatabaseError>()
    {
        match server.position() {
            Some(PgErrorPosition::Original(it)) => position = it,
            Some(PgErrorPosition::Internal { query, .. }) => inner = Some(format!("in: {}", query.trim())),
            None => {}
        }
    }
    let mut error = Error::from(error).at(statement.place(&script.file, position));
    error.notes.extend(inner);
    if error.sqlstate.as_deref() == Some("25001") && script.transactional {
        return error.help(format!("it cannot run in a transaction: put {NO_TRANSACTION:?} in the first line of the file"));
    }
    helped(error)
}

/// The server's error with what to do about it.
pub(super) fn helped(error: Error) -> Error {
    let help = match error.sqlstate.as_deref() {
        Some("55P04") => "a new label can be used only after it is committed: add it in a migration of its own, before this one",
        Some("55P03") => "another session holds the lock: try again when it is done, or when there is less traffic",
        Some("42501") if error.message.contains("row-level security") => {
            "run it as a role with BYPASSRLS; if only the rows are meant that this role sees, SET row_security = on in the file"
        }
        Some("42501") => "run it as the owner of the object or as a role that may",
        Some("25006") => "this server or this role is read-only: give the URL of the primary",
        Some("57014") => {
            "someone canceled it, or the statement_timeout of this role, database or server ran out: \
            PGOPTIONS='-c statement_timeout=0' lets one run have none"
        }
        _ => return error,
    };
    error.help(help)
}
