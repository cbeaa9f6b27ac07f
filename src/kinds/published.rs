//! Tables that are published: PostgreSQL refuses to update one whose rows nothing identifies.

use super::{Context, Verb, filled, partition};
use crate::catalog::{Catalog, Id, Object};

/// What lets the rows of a new column's table be updated, where that comes in the same migration and the column is filled: it comes first.
pub(super) fn first(column: &Id, context: &Context<'_>) -> Vec<Id> {
    let Some(table) = column.path.get(..2).filter(|it| filled::afterwards(column, context) && is_published(it, context.from))
    else {
        return Vec::new();
    };
    let keys = context.to.within("constraint", table).filter(|it| it.attrs.get("type").is_some_and(|it| it == "p"));
    let comes = |it: &&Object| context.changes.get(&it.id).is_some_and(|it| *it != Verb::Drop);
    let is_there = |it: &Id| it.kind != "column" || context.from.get(it).is_some() && !context.is_created(it);
    let identities = keys.chain(context.to.get(&Id::new("replica_identity", table))).filter(comes);
    identities.filter(|it| context.to.needs(&it.id).all(is_there)).map(|it| it.id.clone()).collect()
}

/// Whether changes of a table, or of one above it, are published in that state.
fn is_published(table: &[String], state: &Catalog) -> bool {
    let is_it = |table: &[String]| {
        let by_name = state.of_kind("publication_table").any(|it| it.id.path.get(1..) == Some(table));
        by_name || state.of_kind("publication_schema").any(|it| it.id.path.get(1) == table.first())
    };
    let by_all = state.of_kind("publication").any(|it| it.attrs.get("all_tables").is_some_and(|it| it == true));
    by_all || is_it(table) || partition::above(state, table).iter().any(|it| is_it(&it.path))
}
