//! A key or index of a large table that comes in the place of one with another name, as names that PostgreSQL gives change with the
//! columns: both stand beside each other until the new one is complete.

use std::collections::BTreeSet;

use super::key_of_partition::{is_large, namesakes, root};
use super::{Context, Verb, partition};
use crate::catalog::{Catalog, Id, Object};

/// The keys and indexes in whose place one comes, or the part of it on a partition: of the same table, over some of the same columns.
pub(super) fn predecessors(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let comes = |it: &&Object| is_key(it) && is_new(it, context) && is_large(it, context);
    let Some(new) = context.to.get(&root(object, context.to)).filter(comes) else { return Vec::new() };
    let columns = columns(new, context.to);
    let is_primary = |it: &Object| it.attrs.get("type").is_some_and(|it| it == "p");
    let precedes = |old: &&Object| {
        is_key(old)
            && context.changes.get(&old.id) == Some(&Verb::Drop)
            && !(is_primary(old) && is_primary(new))
            && !columns.is_disjoint(&self::columns(old, context.from))
    };
    beside(new, context.from).filter(precedes).map(|it| it.id.clone()).collect()
}

/// The attachment of a table that changes from one partitioned table to another, for what comes to it meanwhile: its rows are out of
/// reach until it is attached again, and should not be for as long as an index is built or a constraint validated.
pub(super) fn before_leaving(object: &Object, context: &Context<'_>) -> Option<Id> {
    let table = context.to.lineage(&object.id).find(|it| it.kind == "table")?;
    let partition = Id::new("partition", &table.path);
    let is_new = context.from.get(&object.id).is_none() && context.from.get(table).is_some();
    // What it may need comes when the table is nobody's.
    let mut columns = context.to.within("column", &table.path).filter(|it| it.id.path.len() == 3);
    let moves = is_new && partition::moves(&partition, context);
    (moves && !columns.any(|it| context.changes.contains_key(&it.id))).then_some(partition)
}

/// Whether it comes to a table, or goes from one, while that is nobody's partition: nobody reads or writes it then, and what would take
/// longer for the sake of others only keeps its rows away from them.
pub(super) fn is_out_of_reach(object: &Object, context: &Context<'_>) -> bool {
    let partition = object.parent.as_ref().map(|it| Id::new("partition", &it.path));
    let moves = partition.is_some_and(|it| partition::moves(&it, context) && !partition::changes_its_bound(&it, context));
    let comes = |it: &Object| context.is_created(&it.id) && before_leaving(it, context).is_none();
    moves && (context.is_dropped(&object.id) || comes(object))
}

/// The CHECKs or foreign keys in whose place one of another name comes: over the same columns, which stay as they are. Rows that are
/// written while the new one is validated would else fulfil neither.
pub(super) fn rules_before(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let Some(table) = object.parent.as_ref().filter(|it| context.is_large(it)) else { return Vec::new() };
    let comes = context.changes.get(&object.id) == Some(&Verb::Create) && is_rule(object);
    let own = columns(object, context.to);
    if !comes || own.iter().any(|it| is_touched(it, context)) {
        return Vec::new();
    }
    let goes = |old: &&Object| context.changes.get(&old.id) == Some(&Verb::Drop) && is_rule(old);
    let is_alike =
        |old: &&Object| columns(old, context.from) == own && old.attrs.get("_references") == object.attrs.get("_references");
    context.from.children(table, &object.id.kind).filter(goes).filter(is_alike).map(|it| it.id.clone()).collect()
}

/// Whether it is a CHECK or a foreign key of a table itself that holds for all its rows; one of a partitioned table may come partition by
/// partition.
fn is_rule(object: &Object) -> bool {
    let attrs = &object.attrs;
    let is_check = attrs.get("type").is_some_and(|it| it == "c");
    let is_key = object.id.kind == "foreign_key" && attrs.get("_partitioned").is_none();
    let is_own = ["_inherited", "not_valid"].iter().all(|it| attrs.get(it).is_none());
    let is_enforced = attrs.get("definition").and_then(|it| it.as_str()).is_some_and(|it| !it.ends_with(" NOT ENFORCED"));
    is_own && is_enforced && (is_check || is_key)
}

/// Whether a column's values may change.
fn is_touched(column: &Id, context: &Context<'_>) -> bool {
    let not_null = Id::new("not_null", &column.path);
    [column, &not_null].into_iter().any(|it| context.changes.contains_key(it))
}

/// What goes once a key, a constraint or an index has come.
pub(super) fn succeeds(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let before = predecessors(object, context).into_iter().chain(rules_before(object, context));
    before.chain(before_leaving(object, context)).collect()
}

/// The constraints and indexes of the same table in a state.
fn beside<'a>(object: &'a Object, state: &'a Catalog) -> impl Iterator<Item = &'a Object> {
    let of_table = move |kind: &'static str| object.parent.iter().flat_map(move |it| state.children(it, kind));
    ["constraint", "index"].into_iter().flat_map(of_table)
}

/// Whether one that goes has a successor of another name.
pub(super) fn is_succeeded(old: &Object, context: &Context<'_>) -> bool {
    let rules = || old.parent.iter().flat_map(|it| context.to.children(it, &old.id.kind)).filter(|it| is_rule(it));
    beside(old, context.to).any(|it| predecessors(it, context).contains(&old.id))
        || is_rule(old) && rules().any(|it| rules_before(it, context).contains(&old.id))
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
