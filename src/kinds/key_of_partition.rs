//! What a partition has of its parent's keys and checks: which come along when it is made as a partition, or attached.

use super::constraint::{Attrs, Constraint};
use super::{Context, Kind};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;

/// Whether a partition gets it from its parent when it is made as a partition.
pub(super) fn is_from_parent(object: &Object) -> bool {
    object.attrs.get("_parent_index").is_some() || object.attrs.get("_inherited").is_some()
}

/// The columns of a key, whichever kind of key it is.
fn columns(key: &Object) -> Option<&str> {
    let (words, columns) = key.attrs.get("definition")?.as_str()?.split_once('(')?;
    (!words.starts_with("CHECK")).then_some(columns)
}

/// The key of the partitioned table that a partition's key is part of.
fn above<'a>(key: &Object, context: &Context<'a>) -> Option<&'a Object> {
    let attrs: Attrs = key.read().ok()?;
    let [schema, table, index] = attrs.parent_index?;
    let table = [schema, table];
    let to: &'a Catalog = context.to;
    let key = to.within("constraint", &table).find(|it| it.attrs.get("_index").is_some_and(|it| *it == index))?.id.clone();
    to.get(&key)
}

/// Whether no other key of its table has the same columns.
fn is_single(key: &Object, context: &Context<'_>) -> bool {
    context.to.within("constraint", &key.id.path[..2]).filter(|it| columns(it) == columns(key)).count() == 1
}

/// Whether a partition's key becomes part of its parent's as soon as the partition is one: there is just one to match, and it is there.
pub(super) fn is_attached_by_itself(key: &Object, context: &Context<'_>) -> bool {
    let Some(above) = above(key, context) else { return false };
    let is_there = match above.parent.as_ref() {
        Some(table) if context.is_created(table) => Constraint.inline(above, &[], context).is_ok_and(|it| it.is_some()),
        _ => !context.changes.contains_key(&above.id),
    };
    is_there
        && context.is_created(&Id::new("partition", &key.id.path[..2]))
        && is_single(key, context)
        && is_single(above, context)
}

/// Whether a partition has of its parent's keys and checks exactly what it gets by being made as its partition, names included.
pub(super) fn come_along(partition: &[String], parent: &[String], context: &Context<'_>) -> Result<bool> {
    let mut given = 0;
    for object in context.to.within("constraint", parent) {
        if Constraint.inline(object, &[], context)?.is_none() || columns(object).is_some() && !is_single(object, context) {
            return Ok(false);
        }
        given += 1;
    }
    let mut wanted = 0;
    for object in context.to.within("constraint", partition).filter(|it| is_from_parent(it)) {
        let attrs: Attrs = object.read()?;
        let origin = match attrs.r#type {
            'c' => context.to.get(&Id::new("constraint", &[&parent[0], &parent[1], object.name(2)])),
            _ => above(object, context).filter(|_| attrs.automatic),
        };
        if origin.is_none_or(|it| !it.same(object)) {
            return Ok(false);
        }
        wanted += 1;
    }
    Ok(given == wanted)
}
