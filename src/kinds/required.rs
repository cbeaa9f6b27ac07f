//! A column that is there and must have a value from now on: by what its rows get one, at once or in two halves.

use super::keeper::{self, Keeper, Replaces};
use super::{Context, Doubled, Kept, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

/// What tells its trigger from another of the same column.
const WHAT: &str = "_not_null";

/// The trigger that gives a column a value while it may still be written without one.
pub(super) fn keeper(not_null: &Object, context: &Context<'_>) -> Option<Id> {
    let column = not_null.id.path.as_slice().try_into().ok()?;
    let trigger = keeper::trigger_of(column, WHAT);
    (context.from.get(&trigger).is_some() && context.to.get(&trigger).is_none()).then_some(trigger)
}

/// The expression of a hint that gives a column a value in the rows that are there.
pub(super) fn by_hint<'a>(column: &Id, context: &Context<'a>) -> Option<&'a str> {
    let is_there = context.from.get(column).is_some() && !context.is_created(column);
    let is_retyped = context.from.get(column).and_then(|it| it.attrs.get("type")) != context.to.get(column)?.attrs.get("type");
    context.to.get(column).filter(|_| is_there && !is_retyped)?.attrs.get("_using")?.as_str()
}

/// What gives a column a value in the rows that have none.
struct Filling {
    /// An expression over the row, in a trigger.
    in_trigger: String,
    /// The statement that gives it to the rows that are there.
    fill: String,
    replaces: Replaces,
}

impl Filling {
    fn by(column: &Id, expression: &str, is_default: bool, context: &Context<'_>) -> Result<Filling> {
        let [schema, table, name] = keeper::names(column)?;
        let (of, set) = (sql::path(&[schema, table]), sql::name(name));
        let r#type = context.to.get(column).and_then(|it| it.attrs.get("type")?.as_str()).unwrap_or("text");
        let value = format!("({expression})");
        let (in_trigger, fill) = if is_default {
            (value.clone(), format!("UPDATE {of} SET {set} = DEFAULT WHERE {set} IS NULL"))
        } else {
            let row = format!("(SELECT {value} FROM (SELECT NEW.*) AS {})", sql::name(table));
            (row, format!("UPDATE {of} SET {set} = {value} WHERE {set} IS NULL AND {value} IS NOT NULL"))
        };
        let replaces =
            Replaces { column: name.clone(), lost: format!("{set} IS NULL"), became: format!("{value}::{type}::text") };
        Ok(Filling { in_trigger, fill, replaces })
    }
}

/// How a column comes to be NOT NULL in two halves: the old application may leave it out until it is gone, and a trigger gives it the
/// value that a hint says, or its default. Where neither is there it is NOT NULL once no application leaves it out. `None` where it
/// becomes so by something else, or is no column by itself.
pub(super) fn in_two(not_null: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
    let column = Id::new("column", &not_null.id.path);
    let Some(object) = context.to.get(&column).filter(|it| keeper::is_own(it, context)) else { return Ok(None) };
    let [schema, table, name] = keeper::names(&column)?;
    let must = |it: &Object| match it.id.kind.as_str() {
        "constraint" => super::constraint::key_columns(it).is_some_and(|it| it.contains(name)),
        "replica_identity" => context.to.needs(&it.id).any(|it| context.to.needs(it).any(|it| *it == column)),
        _ => false,
    };
    let is_identity = context.to.get(&Id::new("identity", &column.path)).is_some();
    let of_table = ["constraint", "replica_identity"].into_iter().flat_map(|it| context.to.within(it, &column.path[..2]));
    if is_identity || of_table.into_iter().any(must) {
        return Ok(None);
    }
    keeper::can_keep(&column, context)?;
    let (of, set) = (sql::path(&[schema, table]), sql::name(name));
    let nullable = format!("ALTER TABLE {of} ALTER COLUMN {set} DROP NOT NULL");
    let mut doubled = Doubled { statements: vec![nullable], stays: true, ..Doubled::default() };
    let using = object.attrs.get("_using").and_then(|it| it.as_str()).map(|it| (it, false));
    let default = context.to.get(&Id::new("default_value", &column.path));
    let default = default.and_then(|it| it.attrs.get("expression")?.as_str()).map(|it| (it, true));
    let Some((expression, is_default)) = using.or(default) else { return Ok(Some(doubled)) };
    let Filling { in_trigger, fill, replaces } = Filling::by(&column, expression, is_default, context)?;
    let body = format!(
        "\nBEGIN\n    IF NEW.{set} IS NULL THEN\n        NEW.{set} := {in_trigger};\n    END IF;\n    RETURN NEW;\nEND;\n"
    );
    let (trigger, made) = keeper::keeper(&column, WHAT, &body)?;
    doubled.statements.extend(made);
    let settle = format!("UPDATE {of} SET {set} = {set} WHERE {set} IS NULL");
    doubled.keepers.push(Keeper { trigger, fill, settle: Some(settle), replaces: Some(replaces) });
    Ok(Some(doubled))
}

/// The statement that gives rows a value by a hint, where the column is NOT NULL at once.
pub(super) fn filled(not_null: &Object, context: &Context<'_>) -> Result<Option<Step>> {
    let column = Id::new("column", &not_null.id.path);
    let Some(expression) = at_once(not_null, context) else { return Ok(None) };
    let filling = Filling::by(&column, expression, false, context)?;
    Ok(Some(keeper::step(&column.path[..2], filling.fill, context)))
}

/// Whether rows get a value as it comes.
pub(super) fn is_filled(not_null: &Object, context: &Context<'_>) -> bool {
    at_once(not_null, context).is_some()
}

/// What that replaces, and how it is kept.
pub(super) fn kept(not_null: &Object, archive: &dyn Fn(&Id) -> String, context: &Context<'_>) -> Option<(Id, Kept)> {
    let expression = at_once(not_null, context)?;
    let filling = Filling::by(&Id::new("column", &not_null.id.path), expression, false, context).ok()?;
    filling.replaces.kept(&not_null.id, archive, context)
}

fn at_once<'a>(not_null: &Object, context: &Context<'a>) -> Option<&'a str> {
    let is_filled = keeper(not_null, context).is_some();
    by_hint(&Id::new("column", &not_null.id.path), context).filter(|_| !is_filled)
}

/// That a row stays without a value: by what is to give it one; `None` where all get one.
pub(super) fn is_left(not_null: &Object, name: &str, context: &Context<'_>) -> Option<String> {
    let column = Id::new("column", &not_null.id.path);
    let null = format!("t.{name} IS NULL");
    match by_hint(&column, context) {
        Some(it) => Some(format!("{null} AND ({it}) IS NULL")),
        None if keeper(not_null, context).is_some() => None,
        None => Some(null),
    }
}
