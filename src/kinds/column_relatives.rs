//! What a column comes and goes with: columns of the same name below its table, and the attribute of a type that its table is of.

use super::{Context, Degree, Likeness, inheritance, not_null_name, rename, table};
use crate::catalog::{Catalog, Id, Object};
use crate::sql;

/// Whether a column goes from a table and stays in one that has it from there alone: then the children's columns stand by themselves.
pub(super) fn stays_below(id: &Id, context: &Context<'_>) -> bool {
    let stays = |it: &Object| context.to.get(&it.id).is_some() && !context.is_dropped(&it.id);
    let tie = |it: &Object, above: &Id| Id::new("inheritance", &[&it.id.path[..2], &above.path[..2]].concat());
    let holds = |it: &Object, above: &Id| above != id && !context.is_dropped(above) && !context.is_dropped(&tie(it, above));
    let is_held = |it: &Object| parents(it).iter().any(|above| holds(it, above));
    inheritance::heirs(id, context.from).any(|it| stays(it) && !is_held(it))
}

/// What brings a column, or takes it along: the attribute of its table's type, or a column above of which its table is a child already.
pub(super) fn brings(column: &Object, context: &Context<'_>) -> Option<Id> {
    let path = &column.id.path[..2];
    if context.changes.contains_key(&Id::new("partition", path)) || context.is_created(&Id::new("table", path)) {
        return None;
    }
    if column.attrs.get("_typed").is_some_and(|it| it == true) {
        return attribute(column, context);
    }
    let all = inheritance::parents(column);
    let above = inheritance::standing(&column.id.path, &all, context)?;
    let above = Id::new("column", &[&above[0], &above[1], column.name(2)]);
    Some(above).filter(|it| !(context.is_dropped(it) && stays_below(it, context)))
}

/// The hint `using` of a column that gets another type, or that of the column above which takes it along, with that one.
pub(super) fn hint(column: &Object, context: &Context<'_>) -> Option<(String, Option<Id>)> {
    let using = |it: &Object| it.attrs.get("_using").and_then(|it| it.as_str()).map(str::to_owned);
    if let Some(own) = using(column) {
        return Some((own, None));
    }
    let mut queue = parents(column);
    while let Some(id) = queue.pop() {
        let Some(above) = context.to.get(&id).filter(|it| context.changes.contains_key(&it.id)) else { continue };
        if let Some(using) = using(above) {
            return Some((using, Some(id)));
        }
        queue.extend(parents(above));
    }
    None
}

/// Whether statistics of a column are gathered by themselves: those of a partition are with the partitioned table's, unless that is new.
pub(super) fn is_gathered(column: &Object, is_partition: bool, context: &Context<'_>) -> bool {
    let is_here = |it: &Id| !reaches_foreign(it, context.to);
    let above = parents(column);
    let stands = |it: &Id| !context.is_created(&Id::new("table", &it.path[..2]));
    let with_parent = is_partition && !above.is_empty() && above.iter().all(|it| is_here(it) && stands(it));
    is_here(&column.id) && !with_parent
}

/// Whether a foreign table has the column from it: who reads its table asks another server for rows.
pub(super) fn reaches_foreign(id: &Id, state: &Catalog) -> bool {
    let is_foreign =
        |it: &Object| it.parent.as_ref().and_then(|it| state.get(it)).is_some_and(|it| it.attrs.get("server").is_some());
    inheritance::heirs(id, state).any(|it| is_foreign(it) || reaches_foreign(&it.id, state))
}

/// What makes tables children of a column's table that have the column first from one without a parent in common with it: its type
/// changes in neither while they are children of both. And tables that have a NOT NULL of their own on it under another name, which
/// PostgreSQL cannot make again with the parent's (18).
pub(super) fn other_parents(column: &Object, to: &Object, context: &Context<'_>) -> Vec<Id> {
    if ["type", "collation"].iter().all(|it| column.attrs.get(it) == to.attrs.get(it)) {
        return Vec::new();
    }
    let table = &column.id.path[..2];
    let root = |it: Id| {
        let above = |it: &Id| parents(context.from.get(it)?).into_iter().next();
        std::iter::successors(Some(it), above).last()
    };
    let (name, own) = (column.name(2), root(column.id.clone()));
    let first = |it: &[String; 2]| root(Id::new("column", &[&it[0], &it[1], name]));
    let heirs = inheritance::heirs(&column.id, context.from);
    let is_other = |it: &&Object| inheritance::parents(it).first().is_some_and(|it| first(it) != own);
    let others = heirs.filter(|it| is_other(it) || not_null_name::is_apart(&it.id, &column.id, context.from));
    let tie = |it: &Object| Id::new("inheritance", &[it.name(0), it.name(1), &table[0], &table[1]]);
    others.map(tie).filter(|it| [context.from, context.to].iter().all(|state| state.get(it).is_some())).collect()
}

/// The columns that a column is inherited from.
fn parents(column: &Object) -> Vec<Id> {
    inheritance::parents(column).iter().map(|it| Id::new("column", &[&it[0], &it[1], column.name(2)])).collect()
}

/// The attribute of the type of a typed table that its column is.
pub(super) fn attribute(object: &Object, context: &Context<'_>) -> Option<Id> {
    let table = Id::new("table", &object.id.path[..2]);
    let types = context.to.needs(&table).chain(context.from.needs(&table)).filter(|it| it.kind == "composite_type");
    let mut attributes =
        types.filter_map(|it| Some(Id::new("attribute", &[it.path.first()?, it.path.get(1)?, object.id.path.get(2)?])));
    attributes.find(|it| context.changes.contains_key(it))
}

/// Whether its table comes and goes with it: a child with what it has from its parents, a partitioned one with its key.
pub(super) fn is_vital(column: &Object, state: &Catalog) -> bool {
    let is_from_parent = column.attrs.get("_inherited").is_some() && column.attrs.get("_partition").is_none();
    is_from_parent || column.parent.as_ref().is_some_and(|it| table::is_partitioned_by(it, column.name(2), state))
}

/// Whether its table has a check that stays: then 18 gives a virtual column no other expression (manual, ALTER TABLE).
pub(super) fn keeps_checks(object: &Object, context: &Context<'_>) -> bool {
    let mut constraints = context.from.within("constraint", &object.id.path[..2]);
    constraints.any(|it| it.attrs.get("type").is_some_and(|it| it == "c") && !context.is_dropped(&it.id))
}

/// In words, that a child's column is marked as its own, too, or as inherited only, where the folder would give it the other mark:
/// nothing short of making it anew changes that.
pub(super) fn mark(is: &Object, wanted: &Object) -> Option<String> {
    let of = |it: &Object, name: &str| it.attrs.get(name).cloned().unwrap_or_default();
    let is_inherited = of(is, "_partition").is_null() && [is, wanted].iter().all(|it| !of(it, "_inherited").is_null());
    if !is_inherited || of(is, "_local") == of(wanted, "_local") {
        return None;
    }
    let (column, table) = (sql::path(&is.id.path), sql::path(&is.id.path[..2]));
    Some(if of(is, "_local") == true {
        format!("{column} is marked as a column of {table} itself, not only an inherited one: it stays when its parent's goes")
    } else {
        format!("{column} is marked as inherited only, not as a column of {table} itself too: it goes when its parent's goes")
    })
}

/// Whether a column may be another of its table under another name, and in what they are alike.
pub(super) fn resembles(old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
    let not_null = |state: &Catalog, it: &Object| state.get(&Id::new("not_null", &it.id.path)).is_some();
    let inherits = [old, new].iter().any(|it| !inheritance::parents(it).is_empty());
    if inherits || old.parent != new.parent || !old.same(new) {
        return None;
    }
    let of_type = new.attrs.get("type")?.as_str()?;
    match (not_null(from, old), not_null(to, new)) {
        (false, false) => Some(rename::exact(format!("both {of_type}"))),
        (true, true) => Some(rename::exact(format!("both {of_type} NOT NULL"))),
        (false, true) => Some(Likeness { words: format!("both {of_type}"), degree: Degree::IfRowsFit }),
        (true, false) => None,
    }
}
