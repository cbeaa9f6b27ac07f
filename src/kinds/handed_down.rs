//! A NOT NULL that children come to inherit, or inherit no more: `ALTER CONSTRAINT … [NO] INHERIT` (18).

use super::Context;
use super::inheritance::heirs;
use crate::catalog::{Id, Object};

/// The NOT NULL of children that are theirs alone once it is handed down no more: nothing else lets them go (18).
pub(super) fn let_go(not_null: &Object, context: &Context<'_>) -> Vec<Id> {
    let no_inherit = |it: &Object| it.attrs.get("no_inherit").is_some_and(|it| it == true);
    let is_handed_down = context.from.get(&not_null.id).is_some_and(|it| !no_inherit(it));
    let below = heirs(&not_null.id, context.from).filter(|_| is_handed_down && no_inherit(not_null));
    below.map(|it| it.id.clone()).collect()
}

/// Whether a NOT NULL comes to children by inheritance alone: `ALTER CONSTRAINT … INHERIT` would give them one of their own (18).
pub(super) fn comes_below(not_null: &Object, context: &Context<'_>) -> bool {
    let is_local = |it: &Object| it.attrs.get("_local").is_some_and(|it| it == true);
    heirs(&not_null.id, context.to).any(|it| context.is_created(&it.id) && !is_local(it))
}

/// The NOT NULL of children that come, or get its name, before it is handed down: of a large table theirs are shown by themselves, where
/// PostgreSQL would look at all rows under a lock, and what is inherited cannot be renamed (18).
pub(super) fn before(not_null: &Object, context: &Context<'_>) -> Vec<Id> {
    let no_inherit = |it: &Object| it.attrs.get("no_inherit").is_some_and(|it| it == true);
    let is_handed_down = context.from.get(&not_null.id).is_some_and(no_inherit) && !no_inherit(not_null);
    let below = heirs(&not_null.id, context.to).filter(|_| is_handed_down && !context.is_created(&not_null.id));
    below.filter(|it| context.changes.contains_key(&it.id)).map(|it| it.id.clone()).collect()
}
