//! What is said when a statement does not load: the server's words, and what may be meant.

use std::borrow::Cow;

use super::Statement;
use super::load::Failed;
use super::names::{Name, Space};
use super::order::Plan;
use crate::error::{Error, Result};

/// An error that no later attempt can mend ends the load.
pub(super) fn at_once(statement: &Statement, error: Error) -> Result<Error> {
    let code = error.sqlstate.as_deref().unwrap_or_default();
    let extension = statement.names.creates.iter().find(|it| it.space == Space::Extension);
    match (code, extension) {
        ("0A000" | "58P01" | "22023", Some(it)) if error.message.contains("not available") || code != "0A000" => {
            Err(extension_missing(&it.name, error))
        }
        ("58P01", None) => Err(error.help(TWO_WAYS)),
        // a connection that is gone, a server without room, a fault of the server's
        ("53100", _) => Err(error.help("the disk under the shadow is full: set TMPDIR to a roomier place")),
        ("", _) => Err(error.help("the shadow server is gone: is its disk or the memory full? set TMPDIR to a roomier place")),
        ("42601", _) => Err(error),
        (it, _) if matches!(&it[..2], "08" | "53" | "57" | "58" | "XX") => Err(error),
        _ => Ok(error),
    }
}

/// What helps when the shadow lacks something that must be installed.
const TWO_WAYS: &str = "use a server that has it as the shadow, in either of two ways:\n\
    1. [shadow] bin_dir (or SCHEMAGEN_PG_BIN_DIR): the bin folder of a PostgreSQL where it is installed\n\
    2. [shadow] url: a development server where scratch databases may be created";

fn extension_missing(name: &str, error: Error) -> Error {
    let mut result =
        Error::new(format!("the shadow server does not have the extension {}", crate::sql::name(name))).note(error.message);
    result.sqlstate = error.sqlstate;
    result.place = error.place;
    result.help(TWO_WAYS)
}

/// The error of what failed that is no consequence of another's failure.
pub(super) fn failure(plan: &Plan<'_>, failed: Failed) -> Error {
    let count = failed.len();
    let mut errors = failed.into_iter().filter_map(|(number, error)| Some((number, error?)));
    let Some((number, error)) = errors.next() else { return Error::internal("statements wait for each other") };
    let statement = &plan.statements[number];
    let error = match error.sqlstate.as_deref() {
        Some("42P07" | "42710" | "42723" | "42P06" | "42712" | "42P04") => duplicate(plan, number, error),
        Some("42P01" | "42704" | "42883" | "3F000" | "42P17") => unknown(plan, statement, error),
        _ => error,
    };
    match count - 1 {
        0 => error,
        1 => error.note("one more statement could not be loaded either"),
        more => error.note(format!("{more} more statements could not be loaded either")),
    }
}

/// Names the other place that makes the same.
fn duplicate(plan: &Plan<'_>, number: usize, error: Error) -> Error {
    let creates = &plan.statements[number].names.creates;
    let is_same = |a: &Name, b: &Name| {
        a.space == b.space && a.name == b.name && (a.schema == b.schema || a.schema.is_none() || b.schema.is_none())
    };
    let makes_same = |it: &&Cow<'_, Statement>| it.names.creates.iter().any(|a| creates.iter().any(|b| is_same(a, b)));
    let mut others = plan.statements.iter().enumerate().filter(|it| it.0 != number).map(|it| it.1);
    match others.find(makes_same) {
        Some(it) => error.note(format!("it is first made at {}:{}", it.place.file, it.place.line)).help("keep one of the two"),
        None => error,
    }
}

/// Looks for a name that is nearly the one that does not exist.
fn unknown(plan: &Plan<'_>, statement: &Statement, error: Error) -> Error {
    if error.notes.iter().any(|it| it.starts_with("where: ") && it.contains(" function ")) {
        return error.help(
            "a function's body names it without its schema, and search_path does not lead there: write the schema in the body, or have \
             the function SET search_path",
        );
    }
    let made = || plan.statements.iter().flat_map(|it| &it.names.creates);
    let missing = statement
        .names
        .needs
        .iter()
        .find(|need| error.message.contains(&need.name) && !made().any(|it| it.space == need.space && it.name == need.name));
    let Some(missing) = missing else { return error };
    let near = made().filter(|it| it.space == missing.space).map(|it| (strsim::jaro_winkler(&it.name, &missing.name), &it.name));
    let best = near.filter(|it| it.0 > 0.85).max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    match best {
        Some((_, name)) => error.help(format!("did you mean {}?", crate::sql::name(name))),
        None => error
            .help("nothing in the schema folder makes it: add the statement that does, or the CREATE EXTENSION it comes with"),
    }
}
