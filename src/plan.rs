//! Changes → steps in the order in which they run.

use std::collections::BTreeMap;

use crate::catalog::Id;
use crate::kinds::{Step, Verb};

/// One step of a plan and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Whether the object comes, goes or changes by this step.
    pub verb: Verb,
    /// The object; for a child folded into its parent's `CREATE` there is no step of its own.
    pub id: Id,
    /// The table or other outermost object that a reader would file this step under.
    pub group: Id,
    /// The statement.
    pub step: Step,
}

/// Steps in order, and every change they make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The statements.
    pub steps: Vec<Planned>,
    /// What happens to each object, those without a step of their own included.
    pub changes: BTreeMap<Id, Verb>,
}
