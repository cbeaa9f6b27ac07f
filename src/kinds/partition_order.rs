//! What comes before a partition is attached, and what waits until it is detached.

use super::partition::{changes_its_bound, moves, parent};
use super::{Context, Verb, key_of_partition};
use crate::catalog::{Id, Object};

/// A table with a column that the one above has not, or has otherwise, cannot become one, nor one that lacks a NOT NULL or a check. An
/// index of its own is complete before, where one that stands would else give it another.
pub(super) fn before_it_comes(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let is_other = |it: &&Object| context.is_dropped(&it.id) || context.changes.get(&it.id) == Some(&Verb::Alter);
    let (table, above) = (Id::new("table", &object.id.path), parent(object));
    let tables = std::iter::once(&object.id).chain(&above);
    let going = tables.flat_map(|it| context.from.within("column", &it.path)).filter(is_other);
    let is_new = |it: &&Object| context.from.get(&it.id).is_none() && !context.is_created(&table);
    let not_null = context.to.within("not_null", &object.id.path).filter(is_new);
    let comes =
        |it: &&Object| context.is_created(&it.id) && !context.is_created(&table) && !changes_its_bound(&object.id, context);
    let checks = context.to.within("constraint", &object.id.path).filter(is_inherited).filter(comes);
    let indexes = key_of_partition::forestalling(&table, context);
    going.chain(not_null).chain(checks).map(|it| it.id.clone()).chain(indexes).collect()
}

/// Its indexes are part of those of the table above for as long as it is, what it inherits from that cannot go, nothing can be added
/// to it, and none can come that has rows in common with it.
pub(super) fn after_it_goes(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let table = Id::new("table", &object.id.path);
    let is_new = |it: &&Object| context.from.get(&it.id).is_none();
    let above = parent(object);
    let grows = |it: &&Object| is_new(it) || moves(&it.id, context) && !moves(&object.id, context);
    // To a table that goes none comes any more.
    let stands = above.iter().filter(|it| !context.is_dropped(it));
    let beside = stands.flat_map(|it| context.to.partitions(&it.path)).filter(grows);
    let beside: Vec<Id> = beside.map(|it| it.id.clone()).collect();
    let Some(above) = above.filter(|_| !context.is_dropped(&table)) else { return beside };
    let is_part = |it: &&Object| it.attrs.get("_parent_index").is_some();
    let parts = ["index", "constraint"].into_iter().flat_map(|kind| context.from.children(&table, kind)).filter(is_part);
    let inherited = ["column", "not_null", "constraint"].into_iter().flat_map(|kind| context.from.within(kind, &table.path));
    let inherited = inherited.filter(is_inherited);
    let going: Vec<Id> = parts.chain(inherited).map(|it| it.id.clone()).filter(|it| context.is_dropped(it)).collect();
    // What goes above would take that of the partition with it.
    let name = |it: &Id| it.path.get(2).cloned();
    let at_parent = |it: &Id| Some(Id::new(&it.kind, &[&above.path[0], &above.path[1], &name(it)?]));
    let going_above: Vec<Id> = going.iter().filter_map(at_parent).filter(|it| context.is_dropped(it)).collect();
    let coming = context.to.within("column", &table.path).filter(is_new).map(|it| it.id.clone());
    // What is inherited changes with the one above alone.
    let changing = context.from.within("column", &table.path).map(|it| it.id.clone());
    let changing = changing.filter(|it| context.changes.get(it) == Some(&Verb::Alter));
    going.into_iter().chain(going_above).chain(coming).chain(changing).chain(beside).collect()
}

fn is_inherited(part: &&Object) -> bool {
    part.attrs.get("_inherited").is_some()
}
