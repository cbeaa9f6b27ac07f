//! A table as a child of another (`pg_inherits`); a new table says its parents in its `CREATE`.
//!
//! A child leaves before anything on either table changes, and comes when all of it is there: until then its columns and checks are
//! its own.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    Alteration, Context, Folded, Kind, LockOrder, Section, Step, Verb, inherited_anew, lock_order, not_null_name, partition,
    table,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Inheritance;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// All parents of the child, in order.
    parents: Vec<[String; 2]>,
}

/// The first of these parents that the child neither comes to nor leaves.
pub(super) fn standing<'a>(child: &[String], parents: &'a [[String; 2]], context: &Context<'_>) -> Option<&'a [String; 2]> {
    let id = |parent: &[String; 2]| Id::new("inheritance", &[&child[0], &child[1], &parent[0], &parent[1]]);
    parents.iter().find(|it| !context.is_created(&id(it)) && !context.is_dropped(&id(it)))
}

/// The tables that a column, check or NOT NULL is inherited from.
pub(super) fn parents(part: &Object) -> Vec<[String; 2]> {
    part.attrs.get("_inherited").and_then(|it| <Vec<[String; 2]>>::deserialize(it).ok()).unwrap_or_default()
}

/// What a check of a table waits for: a child that is made after one that is not valid would have it as valid, a partition that gets
/// another bound has it from the table above once it is back, and one that comes with a new parent has others before it.
pub(super) fn before_a_check(check: &Object, context: &Context<'_>) -> Vec<Id> {
    let partitions = check.id.path.get(..2).into_iter().flat_map(|it| partition::below(context.to, it));
    let partitions = partitions.filter(|it| it.kind == "partition" && partition::changes_its_bound(it, context));
    let first = partitions.chain(inherited_anew::first(check, context));
    if check.attrs.get("not_valid").is_none() {
        return first.collect();
    }
    let inherits = |it: &&Object| it.id.path.get(2) == check.id.path.get(2) && it.attrs.get("_inherited").is_some();
    let below = context.to.of_kind("constraint").filter(inherits).filter_map(|it| it.parent.clone());
    below.filter(|it| context.is_created(it) && Some(it) != check.parent.as_ref()).chain(first).collect()
}

/// Whether a child has the NOT NULL of one of these columns from its parents alone: a primary key that is said where the child is
/// created gives it one of its own beside it (18).
pub(super) fn is_kept_not_null(child: &[String], columns: &[String], context: &Context<'_>) -> bool {
    let of_column = |name: &String| context.to.within("not_null", child).find(|it| it.id.path.last() == Some(name));
    let from_parents = |it: &Object| it.attrs.get("_local").is_some_and(|it| it == false) && !parents(it).is_empty();
    columns.iter().filter_map(of_column).any(from_parents)
}

/// The same part of each table that inherits it.
pub(super) fn heirs<'a>(part: &'a Id, state: &'a Catalog) -> impl Iterator<Item = &'a Object> {
    let (table, name) = part.path.split_at(2);
    let is_parent = state.get(&Id::new("table", table)).is_some_and(|it| it.attrs.get("_subclassed").is_some());
    let inherits = move |it: &&Object| it.id.path[2..] == *name && parents(it).iter().any(|it| it[..] == *table);
    is_parent.then(|| state.of_kind(&part.kind).filter(inherits)).into_iter().flatten()
}

/// The checks of children that stay and have it by themselves and by inheritance: none can go while it stands.
pub(super) fn checks_below(check: &Object, context: &Context<'_>) -> Vec<Id> {
    let stays = |it: &&Object| it.parent.as_ref().is_some_and(|it| !context.is_dropped(it));
    heirs(&check.id, context.from).filter(stays).map(|it| it.id.clone()).collect()
}

/// What holds a check that is inherited: the parent's, what makes its table a child, and that table.
pub(super) fn holders(check: &Object) -> Vec<Id> {
    let parents = parents(check);
    let [schema, table, name] = [0, 1, 2].map(|it| check.name(it));
    let above = parents.iter().map(|it| Id::new("constraint", &[&it[0], &it[1], name]));
    let places = parents
        .iter()
        .flat_map(|it| [Id::new("inheritance", &[schema, table, &it[0], &it[1]]), Id::new("partition", &[schema, table])]);
    above.chain(places).chain(check.parent.clone().filter(|_| !parents.is_empty())).collect()
}

/// What parent and child must have in common: columns, checks and NOT NULL of both.
fn members(state: &Catalog, object: &Object) -> Vec<Id> {
    let (child, parent) = object.id.path.split_at(2);
    let on_either = |kind: &'static str| state.within(kind, child).chain(state.within(kind, parent));
    let checks = on_either("constraint").filter(|it| it.attrs.get("type").is_some_and(|it| it == "c"));
    on_either("column").chain(on_either("not_null")).chain(checks).map(|it| it.id.clone()).collect()
}

/// What goes from the parent, and a child that comes to it after that need not have.
fn gone_above(object: &Object, context: &Context<'_>) -> Vec<Id> {
    let of_parent = |it: &Id| it.path[..2] == object.id.path[2..];
    members(context.from, object).into_iter().filter(|it| of_parent(it) && context.to.get(it).is_none()).collect()
}

/// What comes to the parent, goes from it or changes there: kinds, names and how.
fn changed_above(object: &Object, context: &Context<'_>) -> BTreeSet<(String, Vec<String>, Verb)> {
    let all = [context.from, context.to].into_iter().flat_map(|it| members(it, object));
    let above = all.filter(|it| it.path[..2] == object.id.path[2..]);
    above.filter_map(|it| Some((it.kind.clone(), it.path[2..].to_vec(), *context.changes.get(&it)?))).collect()
}

impl Kind for Inheritance {
    fn name(&self) -> &'static str {
        "inheritance"
    }

    fn query(&self) -> &'static str {
        include_str!("inheritance.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_inherits WHERE inhrelid >= 16384")
    }

    /// A child is locked after its parents, of which a foreign table cannot be locked (manual, LOCK).
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        let table = Id::new("table", &object.id.path[..2]);
        let is_foreign = |it: &Id| state.get(it).is_some_and(|it| it.attrs.get("server").is_some());
        let above = lock_order::others(&table, object, state).into_iter().filter(|it| !is_foreign(it));
        above.map(|it| LockOrder::through(&it, table.clone())).collect()
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let (child, parent) = object.id.path.split_at(2);
        let id = |it: &[String; 2]| Id::new("inheritance", &[&child[0], &child[1], &it[0], &it[1]]);
        let attrs: Attrs = object.read()?;
        let is_first = attrs.parents.iter().find(|it| context.is_created(&id(it))).is_some_and(|it| it[..] == *parent);
        let renamed = if is_first { not_null_name::renamed(child, context) } else { Vec::new() };
        let head = table::head(context.to, child, false);
        let inherit = Step::clause(&head, format!("INHERIT {}", sql::path(parent)));
        Ok(renamed.into_iter().chain([inherit]).chain(inherited_anew::left(&object.id, &attrs.parents, context)).collect())
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let head = table::head(context.from, &object.id.path[..2], false);
        Ok(vec![Step::clause(head, format!("NO INHERIT {}", sql::path(&object.id.path[2..])))])
    }

    /// All go where the order of those that stay changes: only NO INHERIT and INHERIT again can set it.
    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let kept: Vec<&[String; 2]> = old.parents.iter().filter(|it| new.parents.contains(it)).collect();
        let in_place = new.parents.iter().take(kept.len()).eq(kept.iter().copied());
        Ok(if in_place { Alteration::Steps(Vec::new()) } else { Alteration::Rebuild })
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        object.parent.clone().filter(|it| context.is_created(it))
    }

    /// A new table says its parents.
    fn is_vital(&self, _: &Object, _: &Catalog) -> bool {
        true
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let parents = object.read::<Attrs>().map_or(Vec::new(), |it| it.parents);
        let path = &object.id.path;
        let before = parents.iter().take_while(|it| it[..] != path[2..]);
        let before = before.map(|it| Id::new("inheritance", &[&path[0], &path[1], &it[0], &it[1]]));
        // Made with its parent it is there before a check that is not valid: after it, it would have it as valid.
        let made = object.parent.as_ref().is_some_and(|it| context.is_created(it));
        let comes_later = |it: &Id| made && context.to.get(it).is_some_and(|it| it.attrs.get("not_valid").is_some());
        let come = members(context.to, object).into_iter().filter(|it| !comes_later(it));
        before.chain(come).chain(gone_above(object, context)).collect()
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        // What comes to a parent that the child leaves must not reach the child.
        let of_parent = |it: &Id| it.path[..2] == object.id.path[2..];
        let come = members(context.to, object).into_iter().filter(of_parent);
        members(context.from, object).into_iter().chain(come).collect()
    }

    /// A child that only changes its parents has the new ones first: a column that it has by inheritance alone stays one. Not on 18
    /// where a NOT NULL takes the new parent's name, which one that is inherited cannot.
    fn relieves(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let child = &object.id.path[..2];
        let is_of_child = |it: &Id| it.path.get(..2) == Some(child);
        let all = [context.from, context.to].map(|it| members(it, object)).concat();
        let is_renamed = !not_null_name::renamed(child, context).is_empty();
        if is_renamed || all.iter().filter(|it| is_of_child(it)).any(|it| context.changes.contains_key(it)) {
            return Vec::new();
        }
        let leaving = context.from.of_kind("inheritance").filter(|it| is_of_child(&it.id) && context.is_dropped(&it.id));
        // What the new parent gets or loses together with the old one comes or goes when the child has left that.
        let changed = changed_above(object, context);
        let is_first = |it: &&Object| changed.is_disjoint(&changed_above(it, context));
        leaving.filter(|it| context.to.get(&it.id).is_none()).filter(is_first).map(|it| it.id.clone()).collect()
    }
}
