//! What a partition has of its parent's keys, indexes and checks: which come along when it is made as a partition, or attached, and
//! what goes with its parent's.

use super::constraint::{Attrs, Constraint};
use super::{Context, Kind, Step, partition, succession, table};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

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

/// Schema, table and name of the index that a partition's index or key is part of.
fn parent_index(object: &Object) -> Option<[String; 3]> {
    serde_json::from_value(object.attrs.get("_parent_index")?.clone()).ok()
}

/// The ids that an index may have: with a key on it, or without one.
fn either([schema, table, index]: [&str; 3]) -> [Id; 2] {
    [Id::new("constraint", &[schema, table, index]), Id::new("index", &[schema, index])]
}

/// The index or key of the partitioned table that a partition's is part of.
fn parents(object: &Object) -> Vec<Id> {
    parent_index(object).map_or(Vec::new(), |it| either(it.each_ref().map(String::as_str)).into())
}

/// The name of the index that is one, or that carries a key.
fn own_index(object: &Object) -> Option<&str> {
    if object.id.kind == "index" { Some(object.name(1)) } else { object.attrs.get("_index")?.as_str() }
}

/// An index or key, and what it would be as the other of both.
pub(super) fn namesakes(object: &Object) -> Vec<Id> {
    let (Some(index), Some([schema, table])) = (own_index(object), object.parent.as_ref().map(|it| &it.path[..])) else {
        return Vec::new();
    };
    either([schema, table, index]).into()
}

/// The new indexes of a table that becomes a partition where one that stands would else give it another, with all of their parts:
/// PostgreSQL takes none that is not complete.
pub(super) fn forestalling(table: &Id, context: &Context<'_>) -> Vec<Id> {
    let stands = |it: &Id| context.to.get(it).is_some() && !context.is_created(it);
    let own = context.to.children(table, "index");
    let forestalls = |it: &&Object| context.is_created(&it.id) && parents(it).iter().any(stands);
    let with_parts = own.filter(forestalls).map(|it| below(it.id.clone(), context.to));
    let parts = |it: Vec<Id>| {
        it.into_iter().enumerate().map(|(number, it)| if number == 0 { it } else { Id::new("index_partition", &it.path) })
    };
    with_parts.flat_map(parts).collect()
}

/// What comes before an index or key of a new partition where one exactly alike becomes part of the partitioned table's as soon as it is
/// one: PostgreSQL attaches the first that it finds, and a key to an index, but no index to a key.
pub(super) fn twins(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let table = if object.id.kind == "index" { object.parent.clone() } else { Some(Id::new("table", &object.id.path[..2])) };
    let place = table.as_ref().map(|it| Id::new("partition", &it.path)).filter(|it| context.is_created(it));
    let (Some(table), Some(place)) = (table, place) else { return Vec::new() };
    let above = context.to.get(&place).and_then(partition::parent);
    if parent_index(object).is_some() && above.is_some_and(|it| context.is_created(&it)) {
        return Vec::new(); // with a new table none of its indexes stands
    }
    let built = |it: &Object| {
        let text = ["_index_definition", "_definition"].iter().find_map(|name| it.attrs.get(*name)?.as_str())?;
        text.split_once(" USING ").map(|it| it.1.to_owned())
    };
    let stands = |it: &Object| !parents(it).iter().any(|it| context.is_created(it));
    let is_twin = |it: &&Object| it.parent.as_ref() == Some(&table) && it.id != object.id && built(it) == built(object);
    let twins = ["index", "constraint"].into_iter().flat_map(|it| context.to.of_kind(it)).filter(is_twin);
    let attached = |it: &Object| Some(Id::new("index_partition", &[it.id.path.first()?.as_str(), own_index(it)?]));
    let all_attached = |it: &mut dyn Iterator<Item = &Object>| {
        let attached: Vec<Id> = it.filter_map(attached).collect();
        if attached.is_empty() { attached } else { [vec![place.clone()], attached].concat() }
    };
    let mut parts = twins.filter(|it| parent_index(it).is_some());
    match parent_index(object) {
        None => all_attached(&mut parts),
        Some(_) if !stands(object) => all_attached(&mut parts.filter(|it| stands(it))),
        Some(_) if object.id.kind == "constraint" => {
            parts.filter(|it| it.id.kind == "index" && stands(it)).map(|it| it.id.clone()).collect()
        }
        Some(_) => Vec::new(),
    }
}

/// What holds a partition's index or key under its parent's: that one, the partition's place, and the partition itself.
pub(super) fn holders(object: &Object, state: &Catalog) -> Vec<Id> {
    let above: Vec<Id> = parents(object).into_iter().filter(|it| state.get(it).is_some()).collect();
    let own = object.parent.iter().filter(|_| !above.is_empty()).flat_map(|it| [Id::new("partition", &it.path), it.clone()]);
    above.iter().cloned().chain(own).collect()
}

/// The index of a partitioned table that an index is part of, or is, with all that are part of it, level by level.
pub(super) fn tree(index: &Object, state: &Catalog) -> Vec<Id> {
    below(root(index, state), state)
}

/// The index of a partitioned table that an index is part of in the end, or is.
pub(super) fn root(index: &Object, state: &Catalog) -> Id {
    let mut root = index.id.clone();
    while let Some(above) = state.get(&root).and_then(|it| parents(it).into_iter().find(|it| state.get(it).is_some())) {
        root = above;
    }
    root
}

/// An index with all that are part of it, level by level.
fn below(index: Id, state: &Catalog) -> Vec<Id> {
    let mut tree = vec![index];
    let mut number = 0;
    while let Some(above) = tree.get(number).cloned() {
        let attached = state.of_kind("index_partition").filter(|it| state.needs(&it.id).any(|it| *it == above));
        tree.extend(attached.filter_map(|it| it.parent.clone()).filter(|it| *it != above));
        number += 1;
    }
    tree
}

/// Whether nothing but its own parts stands on any part of an index or key.
pub(super) fn is_alone(tree: &[Id], state: &Catalog) -> bool {
    let is_part = |it: &Id| state.lineage(it).any(|it| tree.contains(it));
    let mut others = state.needs.iter().filter(|it| !is_part(it.0));
    !others.any(|it| it.1.iter().any(is_part))
}

/// Whether a table with a part of an index or key is attached or detached, or one of these gets a new partition.
pub(super) fn tables_move<'a>(tree: impl Iterator<Item = &'a Object>, context: &Context<'_>) -> bool {
    let tables: Vec<&Id> = tree.filter_map(|it| it.parent.as_ref()).collect();
    let attached = |it: &&Id| context.changes.contains_key(&Id::new("partition", &it.path));
    let new_part = |it: &&Id| context.to.partitions(&it.path).any(|it| context.is_created(&it.id));
    tables.iter().any(attached) || tables.iter().any(new_part)
}

/// What takes a partition's index or key along: its parent's, unless the partition is detached before.
pub(super) fn goes_with(object: &Object, context: &Context<'_>) -> Vec<Id> {
    if is_detached(object, context) { Vec::new() } else { parents(object) }
}

/// Whether an index or key of a partition stays when its parent's goes.
pub(super) fn outlives(object: &Object, need: &Id, context: &Context<'_>) -> bool {
    parents(object).contains(need) && is_detached(object, context)
}

/// Whether the partition that an index or key is of stays, and is none any more.
fn is_detached(object: &Object, context: &Context<'_>) -> bool {
    let stays = |it: &Id| context.is_dropped(&Id::new("partition", &it.path)) && !context.is_dropped(it);
    object.parent.as_ref().is_some_and(stays)
}

/// The place of a partition's index: under its parent's, on its table.
pub(super) fn place(object: &Object) -> Option<Vec<Id>> {
    let [schema, _, index] = parent_index(object)?;
    Some(vec![Id::new("index", &[schema, index]), object.parent.clone()?])
}

/// Whether the partitioned table of whose index or key it is part is large: one that comes, when a large one becomes its partition.
pub(super) fn is_of_large(object: &Object, context: &Context<'_>) -> bool {
    let Some([schema, table, _]) = parent_index(object).filter(|_| context.sizes.may_be_large()) else { return false };
    let joins = |it: &Id| context.from.get(it).is_some() && context.is_large(it);
    let whole = Id::new("table", &[schema, table]);
    context.is_large(&whole) || context.is_created(&whole) && partition::below(context.to, &whole.path).iter().any(joins)
}

/// Whether an index or key is worked on while others read and write: its table stands and is large, or part of one that is.
pub(super) fn is_large(object: &Object, context: &Context<'_>) -> bool {
    let Some(table) = object.parent.as_ref().filter(|_| !succession::is_out_of_reach(object, context)) else { return false };
    let stands = context.from.get(table).is_some() && !context.is_created(table) && !context.is_dropped(table);
    context.is_large(table) || stands && is_of_large(object, context)
}

/// Whether in that state a key hangs on the index of a partition that is part of this one, which is none of a key: it goes only by
/// `CASCADE`.
fn carries_keys(index: &Id, state: &Catalog) -> bool {
    state.of_kind("constraint").any(|it| parents(it).contains(index))
}

/// `DROP INDEX public.i`, for an index that is none of a key in that state.
pub(super) fn dropped(index: &Id, state: &Catalog, if_exists: &str) -> String {
    let cascade = if carries_keys(index, state) { " CASCADE" } else { "" };
    format!("DROP INDEX {if_exists}{}{cascade}", sql::path(&index.path))
}

/// In a rollback that also undoes what stopped half way, for an index or key that goes: how it goes where it is still the key, or the
/// index without one, that it is to become again.
pub(super) fn still(object: &Object, context: &Context<'_>) -> Option<Step> {
    let is_other = |it: &&Id| **it != object.id && context.from.get(it).is_none() && context.to.get(it).is_some();
    let other = namesakes(object).iter().find(is_other).filter(|_| context.tolerant && is_large(object, context)).cloned()?;
    Some(if other.kind == "index" {
        Step::new(dropped(&other, context.to, "IF EXISTS "))
    } else {
        let head = table::head(context.to, &other.path[..2], false);
        Step::clause(head, format!("DROP CONSTRAINT IF EXISTS {}", sql::name(&other.path[2])))
    })
}

/// In such a rollback: what a partitioned table's index or key takes along where it is attached, and leaves where it is not.
pub(super) fn left_on_partitions(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let Some(index) = own_index(object).filter(|_| context.tolerant && is_large(object, context)) else { return Vec::new() };
    let parent = serde_json::json!([object.id.path[0], index]);
    let of = |state: &Catalog| -> Vec<Id> {
        let attached = state.of_kind("index_partition").filter(|it| it.attrs.get("parent") == Some(&parent));
        attached.filter_map(|it| state.get(it.parent.as_ref()?)).flat_map(namesakes).collect()
    };
    [of(context.from), of(context.to)].concat()
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
