//! A primary key that goes over from a column to the one that comes in its place, in one moment.
//!
//! While both stand side by side the key is on the old column, and a unique index of its own waits on the new one. When the names change
//! the key takes that index over. Foreign keys to it go before and come back after, to be validated later.

use super::constraint::key_columns;
use super::doubled::{Turned, free, refused};
use super::{Context, Step, kind};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

/// How a key changes its column.
pub(super) struct Swap {
    /// The statement that makes the index which waits.
    pub(super) index: String,
    /// What happens before the names change.
    pub(super) before: Vec<Turned>,
    /// What happens after.
    pub(super) after: Vec<Turned>,
}

/// The primary key that a column is part of.
pub(super) fn key_of<'a>(column: &'a Id, context: &Context<'a>) -> Option<&'a Object> {
    let has_it = |it: &&Object| key_columns(it).is_some_and(|it| it.iter().any(|it| column.path.last() == Some(it)));
    context.from.within("constraint", column.path.get(..2)?).find(has_it)
}

/// How the key goes over from `column` to `spare`, which takes its name.
pub(super) fn swap(key: &Object, column: &Id, spare: &Id, context: &Context<'_>) -> Result<Swap> {
    let plain = |it: &Object| ["options", "tablespace", "statistics"].iter().all(|name| it.attrs.get(*name).is_none_or(is_empty));
    let names = key_columns(key).unwrap_or_default();
    let on = |name: &str| -> String {
        let renamed = names.iter().map(|it| if Some(it) == column.path.last() { sql::name(name) } else { sql::name(it) });
        renamed.collect::<Vec<_>>().join(", ")
    };
    let last = |it: &Id| it.path.last().cloned().unwrap_or_default();
    let is_plain = key.attrs.get("definition").is_some_and(|it| *it == format!("PRIMARY KEY ({})", on(&last(column))));
    let is_same = context.to.get(&key.id).is_some_and(|it| it.same(key) && plain(it));
    if !(is_plain && is_same && plain(key)) {
        return Err(refused(column, "is part of a primary key that changes too or has options", "change it directly"));
    }
    let references = |it: &&Object| context.from.needs(&it.id).any(|need| *need == key.id) && it.id != key.id;
    let on_key: Vec<&Object> = context.from.objects.values().filter(references).collect();
    let rest = |it: &&&Object| it.id.kind != "foreign_key" && it.parent.as_ref() != Some(&key.id);
    if let Some(other) = on_key.iter().find(rest) {
        return Err(refused(column, &format!("is part of a primary key that {} stands on", other.id), "change it directly"));
    }
    let old = free(column, "_old", &[context.from, context.to]);
    let index = free(&Id::new("index", &key.id.path), "_new", &[context.from, context.to]);
    let (table, name, waiting) = (sql::path(&column.path[..2]), sql::name(key.name(2)), sql::name(&last(&index)));
    let build = |column: &str| format!("CREATE UNIQUE INDEX {waiting} ON {table} ({})", on(column));
    let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
    let again = Step::new(format!("{drop}, ADD CONSTRAINT {name} PRIMARY KEY ({})", on(&last(&old))));
    let mut back = vec![again, Step::new(build(&last(column)))];
    back.extend(parts(key, context)?);
    let taken = Turned {
        of: key.id.clone(),
        there: vec![Step::new(format!("{drop}, ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {waiting}"))],
        back,
    };
    let (mut before, mut after) = (Vec::new(), vec![taken]);
    for key in on_key.iter().filter(|it| it.id.kind == "foreign_key") {
        let (gone, comes) = referring(key, column, context)?;
        before.push(gone);
        after.extend(comes);
    }
    Ok(Swap { index: build(&last(spare)), before, after })
}

/// The statements that bring back what is said of a constraint.
pub(super) fn parts(constraint: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let is_part = |it: &&Object| it.parent.as_ref() == Some(&constraint.id) && it.id.kind != "index_partition";
    for part in context.from.objects.values().filter(is_part) {
        let made = kind(&part.id.kind).create(part, &[], context)?;
        steps.extend(made.into_iter().map(|it| Step::new(it.sql.text())));
    }
    Ok(steps)
}

/// A foreign key to the key: how it goes before the names change, and comes back after.
fn referring(key: &Object, column: &Id, context: &Context<'_>) -> Result<(Turned, Option<Turned>)> {
    let table = sql::path(&key.id.path[..2]);
    let add = |it: &Object, end: &str| {
        let definition = it.attrs.get("definition").and_then(|it| it.as_str()).unwrap_or_default();
        let end = if definition.ends_with(end) { "" } else { end };
        Step::new(format!("ALTER TABLE {table} ADD CONSTRAINT {} {definition}{end}", sql::name(it.name(2))))
    };
    let drop = Step::new(format!("ALTER TABLE {table} DROP CONSTRAINT {}", sql::name(key.name(2))));
    if let Some(own) =
        context.from.needs(&key.id).find(|it| it.kind == "column" && context.changes.contains_key(it) && *it != column)
    {
        let why = format!("is referenced by {}, which changes too", sql::path(&own.path));
        return Err(refused(column, &why, "change that in a migration of its own, after this one"));
    }
    let back = [vec![add(key, "")], parts(key, context)?].concat();
    let gone = Turned { of: key.id.clone(), there: vec![drop.clone()], back };
    let comes =
        context.to.get(&key.id).map(|it| Turned { of: key.id.clone(), there: vec![add(it, " NOT VALID")], back: vec![drop] });
    Ok((gone, comes))
}

fn is_empty(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(it) => it.is_empty(),
        serde_json::Value::Object(it) => it.is_empty(),
        _ => false,
    }
}
