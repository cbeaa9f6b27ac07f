//! Two catalogs → what happens to each object.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id};
use crate::kinds::Verb;

/// What leads from one state to the other, object by object: created, dropped, altered.
pub fn diff(from: &Catalog, to: &Catalog) -> BTreeMap<Id, Verb> {
    let mut changes = BTreeMap::new();
    for (id, object) in &from.objects {
        match to.get(id) {
            None => changes.insert(id.clone(), Verb::Drop),
            Some(other) if !object.same(other) => changes.insert(id.clone(), Verb::Alter),
            Some(_) => None,
        };
    }
    changes.extend(to.objects.keys().filter(|it| from.get(it).is_none()).map(|it| (it.clone(), Verb::Create)));
    changes
}
