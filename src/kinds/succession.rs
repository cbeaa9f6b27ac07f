//! A key or index of a large table that comes in the place of one with another name, as names that PostgreSQL gives change with the
//! columns: both stand beside each other until the new one is complete.

use std::collections::BTreeSet;

use super::key_of_partition::{is_large, namesakes, root};
use super::{Context, Verb};
use crate::catalog::{Catalog, Id, Object};

/// The keys and indexes in whose place one comes, or the part of it on a partition: of the same table, over some of the same columns.
pub(super) fn predecessors(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let comes = |it: &&Object| is_key(it) && is_new(it, context) && is_large(it, context);
    let Some(new) = context.to.get(&root(object, context.to)).filter(comes) else { return Vec::new() };
    let columns = columns(new, context.to);
    let is_primary = |it: &Object| it.attrs.get("type").is_some_and(|it| it == "p");
    let precedes = |old: &&Object| {
        old.parent == new.parent
            && is_key(old)
            && context.changes.get(&old.id) == Some(&Verb::Drop)
            && !(is_primary(old) && is_primary(new))
            && !columns.is_disjoint(&self::columns(old, context.from))
    };
    ["constraint", "index"].into_iter().flat_map(|it| context.from.of_kind(it)).filter(precedes).map(|it| it.id.clone()).collect()
}

/// Whether one that goes has a successor of another name.
pub(super) fn is_succeeded(old: &Object, context: &Context<'_>) -> bool {
    let mut keys = ["constraint", "index"].into_iter().flat_map(|it| context.to.of_kind(it)).filter(|it| it.parent == old.parent);
    keys.any(|it| predecessors(it, context).contains(&old.id))
}

/// Whether one that comes in a rollback may stand already, where the migration stopped before it dropped it.
pub(super) fn may_stand(object: &Object, context: &Context<'_>) -> bool {
    context.tolerant && is_new(object, context) && !predecessors(object, context).is_empty()
}

/// Whether none of its name is there before.
fn is_new(object: &Object, context: &Context<'_>) -> bool {
    let mut names = namesakes(object).into_iter();
    context.changes.get(&object.id) == Some(&Verb::Create) && names.all(|it| context.from.get(&it).is_none())
}

/// Whether it is an index, a primary key or UNIQUE.
fn is_key(object: &Object) -> bool {
    object.id.kind == "index" || object.attrs.get("type").is_some_and(|it| it == "p" || it == "u")
}

fn columns<'a>(key: &Object, state: &'a Catalog) -> BTreeSet<&'a Id> {
    state.needs(&key.id).filter(|it| it.kind == "column").collect()
}
