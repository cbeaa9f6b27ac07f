//! What a column comes and goes with: columns of the same name below its table, and the attribute of a type that its table is of.

use super::{Context, inheritance};
use crate::catalog::{Id, Object};

/// Whether a column goes from a table and stays in one that inherits it: then the children's columns stand by themselves.
pub(super) fn stays_below(id: &Id, context: &Context<'_>) -> bool {
    inheritance::heirs(id, context.from).any(|it| context.to.get(&it.id).is_some() && !context.is_dropped(&it.id))
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
