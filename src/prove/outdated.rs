//! What holds results of a routine that gives others from the migration on: PostgreSQL computes none of them again.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id, Object};
use crate::kinds::Verb;
use crate::sql;

/// Each index, stored column and CHECK that was computed by a routine whose body changes, as a sentence with what to do.
pub(super) fn of(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>) -> Vec<String> {
    let is_other = |it: &Id| {
        let [old, new] =
            [from, to].map(|state| state.get(it).map(|it| ["source", "body"].map(|name| it.attrs.get(name).cloned())));
        it.kind == "function" && old.is_some() && new.is_some() && old != new
    };
    let routines: Vec<&Id> = changes.keys().filter(|it| is_other(it)).collect();
    if routines.is_empty() {
        return Vec::new();
    }
    let stays = |it: &&Object| from.get(&it.id).is_some() && !changes.contains_key(&it.id);
    let told = |it: &Object| {
        let routine = to.needs(&it.id).find(|it| routines.contains(it))?;
        let [names @ .., types] = routine.path.as_slice() else { return None };
        outdated(it).map(|(what, help)| format!("{what} what {}({types}) gave before: {help}", sql::path(names)))
    };
    to.objects.values().filter(stays).filter_map(told).collect()
}

fn outdated(object: &Object) -> Option<(String, String)> {
    let path = sql::path(&object.id.path);
    let is_part = object.attrs.get("_parent_index").is_some_and(|it| !it.is_null());
    match object.id.kind.as_str() {
        "index" if !is_part => {
            Some((format!("index {path} holds"), format!("until REINDEX INDEX CONCURRENTLY {path} its searches may miss rows")))
        }
        "column" if object.attrs["generated"] == "STORED" => {
            Some((format!("column {path} holds"), "each row keeps it until it is updated".to_owned()))
        }
        "constraint" if object.attrs["type"] == "c" => {
            let table = sql::path(&object.id.path[..2]);
            Some((format!("CHECK {path} was true of"), format!("rows of {table} that are there are not checked again")))
        }
        _ => None,
    }
}
