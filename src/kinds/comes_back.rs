//! A column that comes back beside its successor, in the rollback of the second half of a change, and is filled from that.
//!
//! On a large table nobody waits for it: first all values are tried, then it comes empty, with a trigger that takes over what is written from
//! then on, and what was there is filled in batches. The trigger stays until the names change back.

use super::{Context, Step, keeper, table};
use crate::catalog::Id;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::shape::Words;
use crate::sql;

/// Tells the trigger from others of the column.
const BACK: &str = "_back";

/// The statements that bring a column, which is what the clause `ADD COLUMN …` says, with the values of an expression.
pub(super) fn steps(column: &Id, definition: &str, expression: &str, context: &Context<'_>) -> Result<Vec<Step>> {
    let head = table::head(context.to, &column.path[..2], false);
    let filled = filled(column, expression, context);
    if !context.is_large(&Id::new("table", &column.path[..2])) {
        return Ok(vec![Step::clause(head, format!("ADD COLUMN {definition}")), filled]);
    }
    let [schema, table, name] = keeper::names(column)?;
    let (of, name) = (sql::path(&[schema, table]), sql::name(name));
    let value = |row: &str| format!("(SELECT ({expression}) FROM (SELECT {row}.*) AS {})", sql::name(table));
    let (new, old) = (value("NEW"), value("OLD"));
    let body = format!(
        "
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.{name} := {new};
    ELSIF {new}::text IS DISTINCT FROM {old}::text THEN
        NEW.{name} := {new};
    END IF;
    RETURN NEW;
END;
"
    );
    let tried = format!("\nBEGIN\n    PERFORM pg_catalog.count(({expression})) FROM {of};\nEND;\n");
    let comes_through = Hazard::Asserts(format!("every value comes back: {} as {expression}", sql::path(&column.path)));
    let tried = Step::new(format!("DO {}", sql::dollar(&tried))).risks(Hazard::Scans(of)).risks(comes_through).alone();
    let add = Step::clause(head, format!("ADD COLUMN IF NOT EXISTS {definition}")).alone();
    let made = keeper::keeper(column, BACK, &body)?.1.into_iter().map(|it| keeper::made(Step::new(it), context).alone());
    let tried = is_computed(expression).then_some(tried);
    Ok(tried.into_iter().chain([add]).chain(made).chain([filled]).collect())
}

/// The statements by which what kept it in step meanwhile goes.
pub(crate) fn ended(column: &Id) -> Result<Vec<String>> {
    let names = keeper::names(column)?;
    let trigger = keeper::trigger_of(names, BACK);
    let (of, name) = (sql::path(&column.path[..2]), sql::name(trigger.path.last().map_or("", String::as_str)));
    Ok(vec![
        format!("DROP TRIGGER IF EXISTS {name} ON {of}"),
        format!("DROP FUNCTION IF EXISTS {}()", keeper::function_of(names, BACK)),
    ])
}

/// The statement that fills it.
fn filled(column: &Id, expression: &str, context: &Context<'_>) -> Step {
    let (of, name) = (sql::path(&column.path[..2]), sql::name(&column.path[2]));
    // A default has given it a value in every row.
    let update = format!("UPDATE {of} SET {name} = {expression} WHERE {name}::text IS DISTINCT FROM ({expression})::text");
    let filled = keeper::step(&column.path[..2], update, context);
    if !is_computed(expression) {
        return filled;
    }
    filled.risks(Hazard::Converts(format!("{} as {expression}", sql::path(&column.path))))
}

/// Whether values may not come through: not those of another column as they are.
fn is_computed(expression: &str) -> bool {
    Words::new(expression).nth(1).is_some()
}
