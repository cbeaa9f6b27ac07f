//! The end of a way back that runs statement by statement: what is felt under the names that change there happens in one statement, with the
//! names.

use crate::kinds::{Company, Step, Verb};
use crate::plan::{Plan, Planned};
use crate::shape::Words;
use crate::sql;

/// The plan with what only asserts first, then what only comes, each by itself, then all the rest at once: `ends`, what it changes or takes away, and the names.
pub(super) fn ended(mut plan: Plan, ends: &[String], back: &[Planned]) -> Plan {
    let Some(last) = back.last() else { return plan };
    let comes = |it: &Planned| plan.changes.get(&it.id) == Some(&Verb::Create);
    // The name of a constraint is nobody's, and what comes may take it.
    let is_unfelt = |it: &Planned| Words::new(&it.step.sql.text()).contain("RENAME CONSTRAINT");
    let steps = std::mem::take(&mut plan.steps).into_iter();
    let is_first = |it: &Planned| it.step.company != Company::Shared || comes(it) || is_unfelt(it);
    let (mut first, rest): (Vec<Planned>, Vec<Planned>) = steps.partition(is_first);
    first.sort_by_key(|it| !it.step.asserts());
    let rest: Vec<&Planned> = rest.iter().chain(back).collect();
    let statements: Vec<String> = ends.iter().cloned().chain(rest.iter().map(|it| it.step.sql.text())).collect();
    let body = format!("\nBEGIN\n    {};\nEND;\n", statements.join(";\n    "));
    let step = Step::new(format!("DO {}", sql::dollar(&body))).alone();
    let step = rest.iter().flat_map(|it| it.step.hazards.clone()).fold(step, Step::risks);
    plan.steps = first;
    plan.steps.push(Planned { step, ..last.clone() });
    plan
}
