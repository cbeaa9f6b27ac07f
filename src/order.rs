//! Nodes and edges → one order: topological, with a deterministic tie-break. A knot is an error that names its members.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::kinds::Company;

/// The groups of more than one node that wait for each other.
pub fn knots(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(count, edges.len());
    let nodes: Vec<_> = (0..count).map(|it| graph.add_node(it)).collect();
    for (before, after) in edges {
        graph.add_edge(nodes[*before], nodes[*after], ());
    }
    tarjan_scc(&graph).into_iter().filter(|it| it.len() > 1).map(|it| it.into_iter().map(|node| graph[node]).collect()).collect()
}

/// The members in an order that respects every edge `(before, after)`: among those that are ready, first those of the group that the
/// last one was of, then those of the smallest group; in a group, the one with the smallest key. What shares a transaction and what
/// runs alone take turns, each for as long as it can, so that there are few turns. `None` when there is a knot.
pub fn order<G: Ord + Clone, K: Ord>(
    members: &[usize],
    edges: &BTreeSet<(usize, usize)>,
    key: impl Fn(usize) -> (G, K),
    company: impl Fn(usize) -> Company,
) -> Option<Vec<usize>> {
    let size = members.iter().max().map_or(0, |it| it + 1);
    let mut waits = vec![0_usize; size];
    for (_, after) in edges {
        waits[*after] += 1;
    }
    // What is ready for the turn of those that share, and for the turn of those that are alone.
    let mut ready: [BTreeMap<G, BTreeSet<(K, usize)>>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut turn = 0;
    let enter = |ready: &mut [BTreeMap<G, BTreeSet<(K, usize)>>; 2], node: usize, turn: usize| {
        let place = match company(node) {
            Company::Shared => 0,
            Company::Any => turn,
            Company::Alone => 1,
        };
        let (group, key) = key(node);
        ready[place].entry(group).or_default().insert((key, node));
    };
    members.iter().filter(|it| waits[**it] == 0).for_each(|it| enter(&mut ready, *it, turn));
    let mut ordered = Vec::with_capacity(members.len());
    let mut current: Option<G> = None;
    while ready.iter().any(|it| !it.is_empty()) {
        let first = || ready[turn].keys().next().cloned();
        let Some(group) = current.take().filter(|it| ready[turn].contains_key(it)).or_else(first) else {
            turn = 1 - turn;
            continue;
        };
        let Some((_, node)) = ready[turn].get_mut(&group).and_then(BTreeSet::pop_first) else { break };
        if ready[turn].get(&group).is_some_and(BTreeSet::is_empty) {
            ready[turn].remove(&group);
        }
        current = Some(group);
        ordered.push(node);
        for (_, after) in edges.range((node, 0)..=(node, usize::MAX)) {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                enter(&mut ready, *after, turn);
            }
        }
    }
    (ordered.len() == members.len()).then_some(ordered)
}

/// The same members, but what is `missed` while it is gone goes in the last turn of those that share a transaction in which it can: not
/// before something that waits for it.
pub fn put_off(
    ordered: Vec<usize>,
    edges: &BTreeSet<(usize, usize)>,
    company: impl Fn(usize) -> Company,
    missed: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let (mut turns, mut turn) = (BTreeMap::new(), 0_usize);
    for node in &ordered {
        let is_alone = turn % 2 == 1;
        turn += usize::from(matches!((company(*node), is_alone), (Company::Shared, true) | (Company::Alone, false)));
        turns.insert(*node, turn);
    }
    let mut places = BTreeMap::new();
    for node in ordered.iter().rev().filter(|it| missed(**it) && company(**it) == Company::Shared) {
        let after = edges.range((*node, 0)..=(*node, usize::MAX)).filter_map(|(_, it)| turns.get(it).copied());
        let Some(next) = after.min() else { continue };
        let turn = next - next % 2;
        if turn > turns[node] {
            turns.insert(*node, turn);
            // First of that turn, or behind all of it where that is the one before those alone.
            places.insert(*node, if next == turn { 0 } else { 2 });
        }
    }
    let mut ordered = ordered;
    ordered.sort_by_key(|it| (turns[it], places.get(it).copied().unwrap_or(1)));
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_goes_as_late_as_it_can() {
        let company = |it: usize| [Company::Shared, Company::Shared, Company::Alone, Company::Shared, Company::Shared][it];
        let edges = BTreeSet::from([(0, 3), (1, 2), (2, 3), (3, 4)]);
        assert_eq!(put_off(vec![0, 1, 2, 3, 4], &edges, company, |it| it == 0), vec![1, 2, 0, 3, 4]);
        assert_eq!(put_off(vec![0, 1, 2, 3, 4], &edges, company, |_| false), vec![0, 1, 2, 3, 4]);
    }

    #[test]
    fn edges_come_first_and_the_key_decides_the_rest() {
        let edges = BTreeSet::from([(2, 0)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| ((), it), |_| Company::Shared), Some(vec![1, 2, 0]));
    }

    #[test]
    fn a_group_that_is_begun_is_finished_first() {
        let edges = BTreeSet::from([(0, 1), (2, 3)]);
        let group = |it: usize| if it == 2 { 0 } else { it / 2 + 1 };
        let shared = |_| Company::Shared;
        assert_eq!(order(&[0, 1, 2, 3], &edges, |it| (group(it), it), shared), Some(vec![2, 0, 1, 3]));
        assert_eq!(order(&[0, 1, 2, 3], &edges, |it| (it % 2, it), shared), Some(vec![0, 2, 1, 3]));
    }

    #[test]
    fn what_runs_alone_waits_for_all_that_can_be_done_together() {
        let company = |it: usize| [Company::Shared, Company::Alone, Company::Shared, Company::Any, Company::Shared][it];
        let edges = BTreeSet::from([(1, 3), (0, 1), (1, 4)]);
        assert_eq!(order(&[0, 1, 2, 3, 4], &edges, |it| ((), it), company), Some(vec![0, 2, 1, 3, 4]));
    }

    #[test]
    fn a_knot_has_no_order_and_is_named() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (2, 1)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| ((), it), |_| Company::Shared), None);
        let mut knot = knots(3, &edges).remove(0);
        knot.sort_unstable();
        assert_eq!(knot, vec![1, 2]);
    }
}
