//! PL/pgSQL functions of triggers that running sessions have compiled for columns of another type.
//!
//! A session keeps the plans of their statements together with the types that `NEW` and `OLD` had then: from the change on each write
//! fails there (`type of parameter … does not match that when preparing the plan`) until it connects anew. A function whose row in
//! `pg_proc` is another one is compiled anew, and each `ALTER FUNCTION` writes that row: so what it says may be what is true already.

use std::collections::{BTreeMap, BTreeSet};

use super::course::Draft;
use crate::catalog::{Catalog, Id, Object};
use crate::kinds::{Step, Verb};
use crate::parts;
use crate::plan::{Planned, group};
use crate::sql;

/// The steps for a file that leads from one state to the other.
pub(super) fn after(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<Planned> {
    steps(from, to, &retyped(from, to, changes), changes)
}

/// The same for several files: each at the end of the one in which the column changes, and where none says so, as names change hands,
/// of the first.
pub(super) fn into(drafts: &mut [Draft], from: &Catalog, renamed: &Catalog, to: &Catalog) {
    let changes = parts::changes(drafts.iter().map(|it| &it.up));
    let mut left = [retyped(from, to, &changes), retyped(renamed, to, &changes)].concat();
    let mut files: Vec<Vec<Id>> = Vec::new();
    for draft in drafts.iter() {
        let (here, others) = left.into_iter().partition(|it| draft.up.changes.contains_key(it));
        (left, _) = (others, files.push(here));
    }
    files.first_mut().into_iter().for_each(|it| it.append(&mut left));
    for (draft, columns) in drafts.iter_mut().zip(files) {
        let more = steps(renamed, to, &columns, &draft.up.changes);
        draft.up.steps.extend(more);
    }
}

/// The columns that have another type, or one that is made anew under its name.
fn retyped(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<Id> {
    let is_anew = |it: &Id| changes.get(it).is_some_and(|it| it.comes());
    let is_other = |it: &&Object| {
        let old = from.get(&it.id).map(|it| it.attrs.get("type"));
        old.is_some_and(|old| old != it.attrs.get("type") || to.needs(&it.id).any(|it| it.path.len() == 2 && is_anew(it)))
    };
    to.of_kind("column").filter(is_other).map(|it| it.id.clone()).collect()
}

fn steps(from: &Catalog, to: &Catalog, columns: &[Id], changes: &BTreeMap<Id, Verb>) -> Vec<Planned> {
    let tables: BTreeSet<&Id> = columns.iter().filter_map(|it| to.get(it)?.parent.as_ref()).collect();
    let stays = |it: &&Object| from.get(&it.id).is_some() && !changes.contains_key(&it.id);
    let triggers = to.of_kind("trigger").filter(stays).filter(|it| it.parent.as_ref().is_some_and(|it| tables.contains(it)));
    // Who may change the table may not change a function of somebody else's.
    let is_ours =
        |trigger: &Object, function: &Id| trigger.parent.as_ref().is_some_and(|it| owner(it, to) == owner(function, to));
    let calls = |it: &'_ Object| to.needs(&it.id).filter(|need| need.kind == "function" && is_ours(it, need)).collect::<Vec<_>>();
    let called: BTreeSet<&Id> = triggers.flat_map(calls).collect();
    let functions = called.into_iter().filter_map(|it| to.get(it)).filter(stays);
    let compiled = functions.filter(|it| it.attrs.get("language").is_some_and(|it| it == "plpgsql"));
    compiled.filter_map(|it| step(it, from, to)).collect()
}

fn owner<'a>(of: &Id, state: &'a Catalog) -> Option<&'a str> {
    state.children(of, "owner").next()?.attrs.get("role")?.as_str()
}

fn step(function: &Object, from: &Catalog, to: &Catalog) -> Option<Planned> {
    let [names @ .., types] = function.id.path.as_slice() else { return None };
    let volatility = match function.attrs.get("volatility")?.as_str()? {
        "i" => "IMMUTABLE",
        "s" => "STABLE",
        _ => "VOLATILE",
    };
    let step = Step::new(format!("ALTER FUNCTION {}({types}) {volatility}", sql::path(names))).anywhere();
    Some(Planned { verb: Verb::Alter, group: group(from, to, &function.id), id: function.id.clone(), step })
}
