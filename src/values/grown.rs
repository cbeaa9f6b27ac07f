//! Columns whose values have more attributes after a migration: they are printed in another way, and nothing is lost.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Id};
use crate::kinds::Verb;
use crate::prove::Part;

/// The columns of a composite type that gets attributes and keeps those that it has, whatever stands in between.
pub(super) fn grown(base: &Catalog, parts: &[Part]) -> BTreeSet<Id> {
    let changes = || parts.iter().flat_map(|it| &it.up.changes).filter(|it| it.0.kind == "attribute");
    let other: BTreeSet<Id> = changes().filter(|it| *it.1 != Verb::Create).map(|it| composite(it.0)).collect();
    let mut grown: BTreeSet<Id> = changes().map(|it| composite(it.0)).filter(|it| !other.contains(it)).collect();
    loop {
        let holds = |it: &&Id| {
            ["attribute", "column", "domain"].contains(&it.kind.as_str()) && base.needs(it).any(|it| grown.contains(it))
        };
        let held = base.objects.keys().filter(holds);
        let more: Vec<Id> = held.map(|it| if it.kind == "attribute" { composite(it) } else { it.clone() }).collect();
        let known = grown.len();
        grown.extend(more);
        if grown.len() == known {
            return grown.into_iter().filter(|it| it.kind == "column").collect();
        }
    }
}

fn composite(attribute: &Id) -> Id {
    Id::new("composite_type", &attribute.path[..2])
}
