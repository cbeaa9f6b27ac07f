//! What a column comes and goes with: columns of the same name below its table, and the attribute of a type that its table is of.

use super::Context;
use crate::catalog::{Id, Object};

/// Whether a column goes from a table and stays in one that inherits it: then the children's columns stand by themselves.
pub(super) fn stays_below(id: &Id, context: &Context<'_>) -> bool {
    let is_above = |it: &serde_json::Value| it.as_array().is_some_and(|it| it.iter().eq(id.path[..2].iter()));
    let inherits = |it: &&Object| {
        let above = it.attrs.get("_inherited").and_then(|it| it.as_array());
        it.id.path.get(2) == id.path.get(2) && above.is_some_and(|it| it.iter().any(is_above))
    };
    context.from.of_kind("column").filter(inherits).any(|it| context.to.get(&it.id).is_some() && !context.is_dropped(&it.id))
}

/// The attribute of the type of a typed table that its column is.
pub(super) fn attribute(object: &Object, context: &Context<'_>) -> Option<Id> {
    let table = Id::new("table", &object.id.path[..2]);
    let types = context.to.needs(&table).chain(context.from.needs(&table)).filter(|it| it.kind == "composite_type");
    let mut attributes =
        types.filter_map(|it| Some(Id::new("attribute", &[it.path.first()?, it.path.get(1)?, object.id.path.get(2)?])));
    attributes.find(|it| context.changes.contains_key(it))
}
