//! The names of NOT NULL constraints (18).

use super::inheritance::parents;
use super::not_null::is_local;
use super::{Context, Step, Verb, online, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::sql;

/// Whether another had the name before, or one below has it: PostgreSQL would choose one that is free in the schema (18), and a child
/// that is created before and attached later would leave the parent with another.
pub(super) fn is_shared(name: &str, object: &Object, context: &Context<'_>) -> bool {
    let schema = &object.id.path[..1];
    let has_it = |it: &Object| it.id != object.id && it.attrs.get("_constraint").is_some_and(|it| it == name);
    let table = context.to.get(&Id::new("table", &object.id.path[..2]));
    context.from.within("not_null", schema).any(has_it)
        || table.is_some_and(|it| it.attrs.get("_subclassed").is_some()) && context.to.within("not_null", schema).any(has_it)
}

/// Whether that of a column is its table's own and has another name than that of the column above.
pub(super) fn is_apart(column: &Id, above: &Id, state: &Catalog) -> bool {
    let of = |it: &Id| state.get(&Id::new("not_null", &it.path));
    let own = of(column).filter(|it| is_local(it)).and_then(name);
    own.zip(of(above).and_then(name)).is_some_and(|(own, above)| own != above)
}

/// The names that those of a table get before it comes under a parent: after that nothing can rename them (18).
pub(super) fn renamed(table: &[String], context: &Context<'_>) -> Vec<Step> {
    if context.is_created(&Id::new("table", table)) {
        return Vec::new();
    }
    let renamed = |it: &Object| {
        let stood = context.from.get(&it.id).filter(|it| matches!(context.changes.get(&it.id), None | Some(Verb::Alter)))?;
        let (old, inherited) = (name(stood)?, parents(it));
        if context.changes.contains_key(&it.id) && inherited.is_empty() {
            return None; // its own alteration renames it
        }
        let new = name(it).filter(|it| *it != old)?;
        let rename = rename::constraint(table, &sql::name(old), &sql::name(new));
        let is_large =
            context.is_large(&Id::new("table", table)) || inherited.iter().any(|it| context.is_large(&Id::new("table", it)));
        Some(match is_large && context.tolerant {
            true => online::renamed_if_there(&rename, table, old).anywhere(),
            false if is_large => Step::new(rename).anywhere(),
            false => Step::new(rename),
        })
    };
    context.to.within("not_null", table).filter_map(renamed).collect()
}

fn name(not_null: &Object) -> Option<&str> {
    not_null.attrs.get("_constraint")?.as_str()
}
