//! A plan as the files it takes: what shares a transaction and what runs statement by statement never stand in one.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Id;
use crate::kinds::{Company, Verb};
use crate::plan::{Plan, Planned};

/// The plan cut where a statement may not stand with those before it; never empty.
pub fn parts(plan: Plan) -> Vec<Plan> {
    let mut cut: Vec<Vec<Planned>> = vec![Vec::new()];
    let mut company = Company::Any;
    for step in plan.steps {
        let other = step.step.company;
        if matches!((company, other), (Company::Shared, Company::Alone) | (Company::Alone, Company::Shared)) {
            cut.push(Vec::new());
            company = Company::Any;
        }
        if company == Company::Any {
            company = other;
        }
        if let Some(part) = cut.last_mut() {
            part.push(step);
        }
    }
    let ids: Vec<BTreeSet<Id>> = cut.iter().map(|it| it.iter().map(|it| it.id.clone()).collect()).collect();
    let parts = cut.into_iter().enumerate().map(|(number, steps)| {
        let changes = plan.changes.iter().filter(|it| belongs(it.0, number, &ids, &plan.hosts));
        Plan {
            steps,
            changes: changes.map(|(id, verb)| (id.clone(), *verb)).collect(),
            hosts: plan.hosts.clone(),
            ..Plan::default()
        }
    });
    parts.collect()
}

/// Whether a change is made in the part of that number: by steps of its own, or by its host's. What needs no step is the first's.
fn belongs(id: &Id, number: usize, ids: &[BTreeSet<Id>], hosts: &BTreeMap<Id, Id>) -> bool {
    let carrier = if ids.iter().any(|it| it.contains(id)) { id } else { hosts.get(id).unwrap_or(id) };
    if ids.iter().any(|it| it.contains(carrier)) { ids[number].contains(carrier) } else { number == 0 }
}

/// Whether `more` may stand in one file with `plan`.
pub fn fits(plan: &Plan, more: &Plan) -> bool {
    let company = |it: &Plan| Company::of(it.steps.iter().map(|it| it.step.company));
    !matches!((company(plan), company(more)), (Company::Shared, Company::Alone) | (Company::Alone, Company::Shared))
}

/// The plan cut before a step.
pub fn cut(plan: &mut Plan, step: usize) -> Plan {
    Plan { steps: plan.steps.split_off(step), changes: plan.changes.clone(), hosts: plan.hosts.clone(), ..Plan::default() }
}

/// Adds what is left to the last of several files, or after it.
pub fn extend(plan: &mut Plan, more: Plan) {
    plan.steps.extend(more.steps);
    for (id, verb) in more.changes {
        plan.changes.entry(id).or_insert(verb);
    }
}

/// What all of the plans change.
pub fn changes<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> BTreeMap<Id, Verb> {
    plans.into_iter().flat_map(|it| it.changes.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Step;

    fn planned(name: &str, company: Company) -> Planned {
        let id = Id::new("index", &["public", name]);
        let step = Step { company, ..Step::new(format!("SELECT {name}")) };
        Planned { verb: Verb::Create, group: id.clone(), id, step }
    }

    #[test]
    fn a_plan_is_cut_between_what_shares_and_what_is_alone_and_takes_its_changes_along() {
        use Company::{Alone, Any, Shared};
        let steps = [("a", Any), ("b", Shared), ("c", Any), ("d", Alone), ("e", Any), ("f", Alone), ("g", Shared)];
        let id = |it: &str| Id::new("index", &["public", it]);
        let steps: Vec<Planned> = steps.iter().map(|(name, company)| planned(name, *company)).collect();
        let changes = ["a", "b", "d", "g", "hosted", "free"].map(|it| (id(it), Verb::Create)).into();
        let plan = Plan { steps, changes, hosts: BTreeMap::from([(id("hosted"), id("d"))]), ..Plan::default() };
        let parts: Vec<(Vec<String>, bool, Vec<String>)> = parts(plan)
            .into_iter()
            .map(|it| {
                let names = it.steps.iter().map(|it| it.id.path[1].clone()).collect();
                (names, it.is_transactional(), it.changes.keys().map(|it| it.path[1].clone()).collect())
            })
            .collect();
        let words = |it: &str| it.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let expected = [
            (words("a b c"), true, words("a b free")),
            (words("d e f"), false, words("d hosted")),
            (words("g"), true, words("g")),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_may_stand_anywhere_goes_with_what_must_be_alone() {
        let steps = vec![planned("a", Company::Any), planned("b", Company::Alone)];
        assert_eq!(parts(Plan { steps, ..Plan::default() }).len(), 1);
    }
}
