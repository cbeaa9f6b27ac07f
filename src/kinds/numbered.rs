//! Columns whose default is the next number of a sequence, and sequences that are new to rows which are there.

use super::{Context, Step, column_relatives, data_check, identity, inheritance, owned_by};
use crate::catalog::{Catalog, Id, Object};
use crate::shape::Words;
use crate::sql;

/// The sequence whose next number a default is.
pub(super) fn source<'a>(default: &Object, state: &'a Catalog) -> Option<&'a Id> {
    let expression = default.attrs.get("expression")?.as_str()?;
    let is_number = expression.starts_with("nextval('") && expression.ends_with("'::regclass)");
    state.needs(&default.id).find(|it| is_number && it.kind == "sequence")
}

/// Lets a new sequence go on behind the numbers that a column has which stood before.
pub(super) fn behind_rows(sequence: &Id, column: &Id, context: &Context<'_>) -> Option<Step> {
    let numbers = context.to.get(column)?.attrs.get("_base_type")?.as_str()?;
    let counts = matches!(numbers, "smallint" | "integer" | "bigint" | "numeric");
    let is_fresh = context.is_created(sequence) && !context.is_created(column) && has_rows(column, context);
    let increment = context.to.get(sequence)?.attrs.get("increment")?.as_i64()?;
    let cast = if numbers == "numeric" { "::bigint" } else { "" };
    let path = <&[String; 2]>::try_from(sequence.path.as_slice()).ok()?;
    (is_fresh && counts).then(|| identity::continued(path, column, cast, increment))?
}

/// The same for a default that comes to take its numbers from one. Its owner's rows are looked at when it comes to own it, and those of
/// partitions and children with the rows of the table above.
pub(super) fn by_default(default: &Object, context: &Context<'_>) -> Option<Step> {
    let (sequence, column) = (source(default, context.to)?, Id::new("column", &default.id.path));
    let owner = context.to.get(&Id::new("owned_by", &sequence.path)).and_then(owned_by::column);
    let same_above = |above: &[String; 2]| {
        let path = [&above[0], &above[1], default.name(2)];
        let above = Id::new("default_value", &path);
        let is_asked = context.changes.contains_key(&above) && has_rows(&Id::new("column", &path), context);
        is_asked && context.to.get(&above).and_then(|it| source(it, context.to)) == Some(sequence)
    };
    let is_below = inheritance::parents(context.to.get(&column)?).iter().any(same_above);
    (owner.as_ref() != Some(&column) && !is_below).then(|| behind_rows(sequence, &column, context))?
}

/// Whether the greatest number of a column is found only by reading a large table: not under the lock of a default.
pub(super) fn is_read_for_long(column: &[String], context: &Context<'_>) -> bool {
    let (table, name) = column.split_at(2);
    let (table, name) = (Id::new("table", table), name.first().map_or(String::new(), |it| sql::name(it)));
    let mut indexes = ["index", "constraint"].into_iter().flat_map(|it| context.from.children(&table, it));
    context.is_large(&table) && !indexes.any(|it| leads_by(it, &name))
}

/// Whether an index, or the one of a key, holds all rows in the order of a column.
fn leads_by(index: &Object, column: &str) -> bool {
    let Some(definition) = index.attrs.get("definition").and_then(|it| it.as_str()) else { return false };
    let mut key = Words::new(definition);
    if key.accept("PRIMARY KEY") || key.accept("UNIQUE") {
        key.accept("NULLS NOT DISTINCT");
    } else {
        let Some(mut method) = key.after("USING").filter(|it| !it.contain("WHERE")) else { return false };
        if !method.accept("btree") {
            return false;
        }
        key = method;
    }
    key.accept("(") && key.path() == Some(column)
}

/// The default that takes its numbers from a new sequence, where before it took them from one that no column owns.
pub(super) fn successor<'a>(sequence: &Id, context: &Context<'a>) -> Option<(&'a Object, &'a Id)> {
    let took = |it: &&Object| source(it, context.from) == Some(sequence);
    let takes = |it: &Object| {
        let it = context.to.get(&it.id)?;
        source(it, context.to).filter(|it| context.is_created(it)).map(|sequence| (it, sequence))
    };
    context.from.of_kind("default_value").filter(took).find_map(takes)
}

/// Whether all rows of a column are here: what another server has is not asked for.
fn has_rows(column: &Id, context: &Context<'_>) -> bool {
    column.path.get(..2).is_some_and(|it| data_check::has_rows(it, context))
        && !column_relatives::reaches_foreign(column, context.to)
}
