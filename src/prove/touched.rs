//! What makes no difference in a state that was reached and can be put right all the same: marks that PostgreSQL keeps for itself, which
//! decide what happens later.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::kinds::{Conditions, Verb, kind};
use crate::plan::{Plan, Planned, group};

/// The steps from a state that was reached to one that is the same. What already differed in the state `stood` is left as it is.
pub(super) fn up(
    is: &Catalog,
    wanted: &Catalog,
    stood: Option<&Catalog>,
    changes: &BTreeMap<Id, Verb>,
    conditions: &Conditions<'_>,
) -> Plan {
    let context = context(is, wanted, changes, conditions);
    let mut steps = Vec::new();
    for (id, wanted_object) in &wanted.objects {
        let Some(is_object) = is.get(id) else { continue };
        let stood = stood.and_then(|it| it.get(id));
        for step in kind(&id.kind).touched_up(stood, is_object, wanted_object, &context) {
            steps.push(Planned { verb: Verb::Alter, group: group(is, wanted, id), id: id.clone(), step });
        }
    }
    Plan { steps, ..Plan::default() }
}
