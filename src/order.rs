//! Nodes and edges → one order: topological, with a deterministic tie-break. A knot is an error that names its members.

use std::collections::BTreeSet;

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

/// The members in an order that respects every edge `(before, after)`; among those that are ready, the one with the smallest key
/// comes first. What shares a transaction and what runs alone take turns, each for as long as it can, so that there are few turns.
/// `None` when there is a knot.
pub fn order<K: Ord>(
    members: &[usize],
    edges: &BTreeSet<(usize, usize)>,
    key: impl Fn(usize) -> K,
    company: impl Fn(usize) -> Company,
) -> Option<Vec<usize>> {
    let size = members.iter().max().map_or(0, |it| it + 1);
    let mut waits = vec![0_usize; size];
    for (_, after) in edges {
        waits[*after] += 1;
    }
    // What is ready for the turn of those that share, and for the turn of those that are alone.
    let mut ready: [BTreeSet<(K, usize)>; 2] = [BTreeSet::new(), BTreeSet::new()];
    let mut turn = 0;
    let place = |it: usize, turn: usize| match company(it) {
        Company::Shared => 0,
        Company::Any => turn,
        Company::Alone => 1,
    };
    for it in members.iter().filter(|it| waits[**it] == 0) {
        ready[place(*it, turn)].insert((key(*it), *it));
    }
    let mut ordered = Vec::with_capacity(members.len());
    while ready.iter().any(|it| !it.is_empty()) {
        let Some((_, node)) = ready[turn].pop_first() else {
            turn = 1 - turn;
            continue;
        };
        ordered.push(node);
        for (_, after) in edges.range((node, 0)..=(node, usize::MAX)) {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                ready[place(*after, turn)].insert((key(*after), *after));
            }
        }
    }
    (ordered.len() == members.len()).then_some(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_come_first_and_the_key_decides_the_rest() {
        let edges = BTreeSet::from([(2, 0)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| it, |_| Company::Shared), Some(vec![1, 2, 0]));
    }

    #[test]
    fn what_runs_alone_waits_for_all_that_can_be_done_together() {
        let company = |it: usize| [Company::Shared, Company::Alone, Company::Shared, Company::Any, Company::Shared][it];
        let edges = BTreeSet::from([(1, 3), (0, 1), (1, 4)]);
        assert_eq!(order(&[0, 1, 2, 3, 4], &edges, |it| it, company), Some(vec![0, 2, 1, 3, 4]));
    }

    #[test]
    fn a_knot_has_no_order_and_is_named() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (2, 1)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| it, |_| Company::Shared), None);
        let mut knot = knots(3, &edges).remove(0);
        knot.sort_unstable();
        assert_eq!(knot, vec![1, 2]);
    }
}
