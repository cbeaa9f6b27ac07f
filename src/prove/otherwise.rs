//! What could be declared in another way, so that nobody would wait for it.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::kinds::{Conditions, Verb, kind};

/// In words, for each change for which there is such a way.
pub(super) fn of(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>, conditions: &Conditions<'_>) -> Vec<String> {
    let context = context(from, to, changes, conditions);
    let new = changes.keys().filter_map(|it| to.get(it));
    new.filter_map(|it| kind(&it.id.kind).otherwise(from.get(&it.id), it, &context)).collect()
}
