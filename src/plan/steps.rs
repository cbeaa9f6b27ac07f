//! What a plan is: steps in order, and all that they change.

use std::collections::BTreeMap;

use crate::catalog::Id;
use crate::kinds::{Company, Step, Verb};

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
    /// The object by whose steps one without a step of its own is carried.
    pub hosts: BTreeMap<Id, Id>,
    /// Of a way back: what rows that are written before it may make it stop on.
    pub stops: Vec<String>,
}

impl Plan {
    /// Whether all of it can be one transaction; else its statements run one by one.
    pub fn is_transactional(&self) -> bool {
        !self.steps.iter().any(|it| it.step.company == Company::Alone)
    }
}
