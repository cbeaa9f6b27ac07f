//! In which order PostgreSQL locks relations for who uses one of them.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id, Object};
use crate::lock::Mode;

/// Two relations that are locked one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockOrder {
    /// The relation that is used.
    pub first: Id,
    /// The one that it leads to.
    pub then: Id,
    /// The weakest lock on that for which the user waits, having locked the first.
    pub waits_for: Mode,
    /// The object that ties them, where what takes that away locks both.
    pub tie: Option<Id>,
}

impl LockOrder {
    /// What is read through a relation is locked after it, as strongly.
    pub(super) fn through(first: &Id, then: Id) -> LockOrder {
        LockOrder { first: first.clone(), then, waits_for: Mode::Share, tie: None }
    }
}

/// The relations that an object needs, but for the one that it is or is part of.
pub(super) fn others(own: &Id, object: &Object, state: &Catalog) -> BTreeSet<Id> {
    let is_relation = |it: &&Id| matches!(it.kind.as_str(), "table" | "view");
    let needed = state.needs(&object.id).filter_map(|it| state.lineage(it).find(is_relation));
    needed.filter(|it| *it != own).cloned().collect()
}

/// All that the objects of a state say of it.
pub(crate) fn all(state: &Catalog) -> Vec<LockOrder> {
    super::KINDS.iter().flat_map(|kind| state.of_kind(kind.name()).flat_map(|it| kind.lock_order(it, state))).collect()
}
