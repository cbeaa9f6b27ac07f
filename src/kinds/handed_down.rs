//! A NOT NULL that children come to inherit, or inherit no more: `ALTER CONSTRAINT … [NO] INHERIT` from 18 on, `ALTER TABLE ONLY` before.

use super::Context;
use super::inheritance::heirs;
use super::not_null::is_local;
use crate::catalog::{Id, Object};

/// The NOT NULL of children that are theirs alone once it is handed down no more: nothing else lets them go (18).
pub(super) fn let_go(not_null: &Object, context: &Context<'_>) -> Vec<Id> {
    let is_handed_down = context.from.get(&not_null.id).is_some_and(|it| !no_inherit(it));
    let below = heirs(&not_null.id, context.from).filter(|_| is_handed_down && no_inherit(not_null));
    below.map(|it| it.id.clone()).collect()
}

/// Whether a NOT NULL comes to children by inheritance alone: `ALTER CONSTRAINT … INHERIT` would give them one of their own (18).
pub(super) fn comes_below(not_null: &Object, context: &Context<'_>) -> bool {
    heirs(&not_null.id, context.to).any(|it| context.is_created(&it.id) && !is_local(it))
}

/// The NOT NULL of children that come, or get its name, before it is handed down: of a large table theirs are shown by themselves, where
/// PostgreSQL would look at all rows under a lock, and what is inherited cannot be renamed (18).
pub(super) fn before(not_null: &Object, context: &Context<'_>) -> Vec<Id> {
    let is_handed_down = context.from.get(&not_null.id).is_some_and(no_inherit) && !no_inherit(not_null);
    let below = heirs(&not_null.id, context.to).filter(|_| is_handed_down && !context.is_created(&not_null.id));
    below.filter(|it| context.changes.contains_key(&it.id)).map(|it| it.id.clone()).collect()
}

/// Whether a NOT NULL goes from a table and stays in one below, from which PostgreSQL takes it too, unless told otherwise (up to 17; it
/// takes it from all partitions, whatever it is told).
pub(super) fn goes_alone(not_null: &Id, context: &Context<'_>) -> bool {
    let is_dropped = context.is_dropped(not_null) && context.to.get(not_null).is_none();
    let is_partitioned = context.from.partitions(&not_null.path[..2]).next().is_some();
    context.server.major < 18 && is_dropped && !is_partitioned && stays_below(not_null, context)
}

fn no_inherit(not_null: &Object) -> bool {
    not_null.attrs.get("no_inherit").is_some_and(|it| it == true)
}

fn stays_below(not_null: &Id, context: &Context<'_>) -> bool {
    let stays = |it: &Object| context.to.get(&it.id).is_some() && !context.is_dropped(&it.id);
    heirs(not_null, context.from).any(|it| stays(it) || stays_below(&it.id, context))
}
