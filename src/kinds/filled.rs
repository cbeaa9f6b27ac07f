//! New columns of large tables for whose values PostgreSQL would write the whole table anew: they come without values and with a
//! default for what is written from now on, and the rows that are there are filled in batches.
//!
//! Not so where something answers to the updates: a trigger would run for every row, a rule or row security keep some back.

use super::{Context, Step, constraint, identity, keeper, kept_ahead, online, table};
use crate::catalog::{Id, Object};
use crate::hazard::Hazard;
use crate::script::{Batches, By, ROWS};
use crate::shape::Words;
use crate::sql;

/// The default by which the rows get their values; `None` where the column's own statement gives them.
pub(super) fn by_default(column: &Id, context: &Context<'_>) -> Option<String> {
    let default = context.to.get(&Id::new("default_value", &column.path))?;
    let is_volatile = default.attrs.get("_volatile").is_some_and(|it| it == true);
    let expression = default.attrs.get("expression")?.as_str()?.to_owned();
    (is_volatile && comes_to_many_rows(column, context)).then_some(expression)
}

/// The sequence from which the rows get their values until the column is an identity; a rollback has it in the plain form, as a
/// column cannot become an identity twice.
pub(super) fn by_sequence(column: &Id, context: &Context<'_>) -> Option<Id> {
    let is_apart = || context.sizes.may_be_large() && context.is_created(column) && identity::is_apart(&column.path, context);
    let is_filled = !context.tolerant && (comes_to_many_rows(column, context) || is_apart());
    context.to.get(&Id::new("identity", &column.path)).filter(|_| is_filled).and_then(|it| spare_sequence(it, context))
}

/// In a rollback: the sequence that a migration which stopped half way left behind.
pub(super) fn left_sequence(column: &Id, context: &Context<'_>) -> Option<Id> {
    let is_large = context.tolerant && context.is_large(&Id::new("table", column.path.get(..2)?));
    context.from.get(&Id::new("identity", &column.path)).filter(|_| is_large).and_then(|it| spare_sequence(it, context))
}

fn spare_sequence(identity: &Object, context: &Context<'_>) -> Option<Id> {
    let path: Vec<String> = serde_json::from_value(identity.attrs.pointer("/sequence/name")?.clone()).ok()?;
    let (schema, spare) = (path.first()?.clone(), online::spare(&path, context));
    Some(Id::new("sequence", &[schema, spare]))
}

/// Whether a new column is filled by its predecessor's values.
pub(super) fn succeeds(column: &Id, context: &Context<'_>) -> bool {
    context.to.get(column).is_some_and(|it| it.attrs.get("_succeeds").is_some_and(|it| it == true))
}

/// The expression of a hint over its table's columns that fills a new column.
pub(super) fn by_expression<'a>(column: &Id, context: &Context<'a>) -> Option<&'a str> {
    let table = Id::new("table", column.path.get(..2)?);
    let is_new = context.is_created(column) && context.from.get(&table).is_some() && context.to.get(&table).is_some();
    context.to.get(column).filter(|_| is_new)?.attrs.get("_using")?.as_str()
}

/// The columns that go once a column is filled from what a hint says.
pub(super) fn relieves(column: &Id, context: &Context<'_>) -> Vec<Id> {
    let going = context.from.within("column", &column.path[..2]).filter(|it| context.is_dropped(&it.id));
    going.filter(|_| by_expression(column, context).is_some()).map(|it| it.id.clone()).collect()
}

/// The statement that fills a column, written as `name`, from an expression; a row that has the value is left alone.
pub(super) fn from_expression(table: &[String], name: &str, r#type: &str, expression: &str) -> String {
    let carried = if r#type == "text" { format!("({expression})::text") } else { format!("({expression})::{type}::text") };
    format!("UPDATE {} SET {name} = ({expression}) WHERE {name}::text IS DISTINCT FROM {carried}", sql::path(table))
}

/// What is written to a large table after a column was filled from one that goes, and before that goes: nothing carries it over.
pub(super) fn missed(new: &Object, expression: &str, context: &Context<'_>) -> Option<Hazard> {
    let table = Id::new("table", new.id.path.get(..2)?);
    let read = Words::new(expression);
    let goes = |it: &&Object| context.is_dropped(&it.id) && read.contain(&sql::name(it.name(2)));
    let gone = context.from.within("column", &table.path).find(goes).filter(|_| context.is_large(&table))?;
    let (name, gone, of) = (sql::name(new.name(2)), sql::name(gone.name(2)), sql::path(&table.path));
    Some(Hazard::Misses(format!("rows of {of} written after {name} is filled and before {gone} goes get no {name} from it")))
}

/// Whether every row that is there gets its value of a new column from other columns.
pub(super) fn from_others(column: &Id, context: &Context<'_>) -> bool {
    let comes_back = context.to.get(column).is_some_and(|it| it.attrs.get("_fill").is_some());
    comes_back || succeeds(column, context) || by_expression(column, context).is_some()
}

/// Whether the rows of a new column are filled after it came.
pub(super) fn afterwards(column: &Id, context: &Context<'_>) -> bool {
    from_others(column, context) || by_default(column, context).is_some() || by_sequence(column, context).is_some()
}

fn comes_to_many_rows(column: &Id, context: &Context<'_>) -> bool {
    let table = Id::new("table", column.path.get(..2).unwrap_or_default());
    context.is_large(&table) && context.is_created(column) && !is_answered(&table, context)
}

/// Whether an `UPDATE` of a new column does more than that.
fn is_answered(table: &Id, context: &Context<'_>) -> bool {
    let of_table = |kind: &'static str| context.from.children(table, kind).chain(context.to.children(table, kind));
    of_table("trigger").any(|it| fires(it, None) && !kept_ahead::notes(&it.id))
        || of_table("rule").next().is_some()
        || table::forces_row_security(table, context.from)
}

/// The triggers that are there and answer when rows of a table are filled by an `UPDATE`.
pub(super) fn answering(table: &Id, update: &str, context: &Context<'_>) -> Option<Hazard> {
    let column = Words::new(update).after("SET").and_then(|mut it| it.path());
    let there = context.from.children(table, "trigger").filter(|it| !keeper::is_keeper(&it.id));
    let names: Vec<String> = there.filter(|it| fires(it, column)).map(|it| sql::name(it.name(2))).collect();
    let many = if names.len() == 1 { "trigger" } else { "triggers" };
    (!names.is_empty()).then(|| Hazard::Fires(format!("{many} {} of {}", names.join(", "), sql::path(&table.path))))
}

/// Whether a trigger runs for an `UPDATE`, for its rows or for the statement, which a batch is: one that names its columns only for
/// that of `column`.
fn fires(trigger: &Object, column: Option<&str>) -> bool {
    let Some(definition) = trigger.attrs.get("definition").and_then(|it| it.as_str()) else { return false };
    let Some(mut words) = Words::new(definition).after("UPDATE") else { return false };
    // Behind the columns commas stand in parentheses only.
    let answers = !words.accept("OF") || words.clauses().iter().any(|it| column.is_some() && Words::new(it).path() == column);
    answers && trigger.attrs.get("enabled").is_none_or(|it| it != "D" && it != "R")
}

/// The statements that bring a column, written as `definition`, with a default for new rows, and then fill the others.
pub(super) fn steps(column: &Id, definition: &str, default: &str, context: &Context<'_>) -> Vec<Step> {
    let (path, name) = (&column.path[..2], sql::name(&column.path[2]));
    let head = table::head(context.to, path, false);
    let again = if context.tolerant { "IF NOT EXISTS " } else { "" };
    let (add, set) = (format!("ADD COLUMN {again}{definition}"), format!("ALTER COLUMN {name} SET DEFAULT {default}"));
    // In a partitioned table a new column is looked for before it is there.
    let is_partitioned =
        context.to.get(&Id::new("table", path)).is_some_and(|it| it.attrs.get("kind").is_some_and(|it| it == "p"));
    let mut steps = if is_partitioned {
        vec![Step::clause(&head, add).alone(), Step::clause(&head, set).alone()]
    } else {
        vec![Step::new(format!("{head}\n    {add},\n    {set}")).alone()]
    };
    let update = format!("UPDATE {} SET {name} = DEFAULT WHERE {name} IS NULL", sql::path(path));
    steps.push(Step::backfill(update, batches(path, context)).risks(Hazard::Scans(sql::path(path))));
    steps
}

/// How to go through a table: by its primary key, where that stays as it is.
pub(super) fn batches(table: &[String], context: &Context<'_>) -> Batches {
    let of_table = |it: &&Object| it.id.path.len() == 3 && !context.changes.contains_key(&it.id);
    let key = context.from.within("constraint", table).filter(of_table).find_map(constraint::key_columns);
    Batches { by: key.map_or(By::Found, By::Key), rows: ROWS }
}

/// Whether a new column has a value in every row that is there.
pub(super) fn in_every_row(column: &Id, context: &Context<'_>) -> bool {
    let of_column = |kind: &str| context.to.get(&Id::new(kind, &column.path)).is_some();
    let attr = |name: &str| context.to.get(column).and_then(|it| it.attrs.get(name)?.as_str());
    let of_its_type =
        |it: &Object| attr("type") == Some(&sql::path(&it.id.path)) && it.attrs.get("default").is_some_and(|it| !it.is_null());
    succeeds(column, context)
        || attr("generated").is_some()
        || of_column("default_value")
        || of_column("identity")
        || context.to.of_kind("domain").any(of_its_type)
}
