//! Nodes and edges → one order: topological, with a deterministic tie-break. A knot is an error that names its members.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

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
/// comes first. `None` when there is a knot.
pub fn order<K: Ord>(members: &[usize], edges: &BTreeSet<(usize, usize)>, key: impl Fn(usize) -> K) -> Option<Vec<usize>> {
    let size = members.iter().max().map_or(0, |it| it + 1);
    let mut waits = vec![0_usize; size];
    for (_, after) in edges {
        waits[*after] += 1;
    }
    let mut ready: BTreeSet<(K, usize)> = members.iter().filter(|it| waits[**it] == 0).map(|it| (key(*it), *it)).collect();
    let mut ordered = Vec::with_capacity(members.len());
    while let Some((_, node)) = ready.pop_first() {
        ordered.push(node);
        for (_, after) in edges.range((node, 0)..=(node, usize::MAX)) {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                ready.insert((key(*after), *after));
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
        assert_eq!(order(&[0, 1, 2], &edges, |it| it), Some(vec![1, 2, 0]));
    }

    #[test]
    fn a_knot_has_no_order_and_is_named() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (2, 1)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| it), None);
        let mut knot = knots(3, &edges).remove(0);
        knot.sort_unstable();
        assert_eq!(knot, vec![1, 2]);
    }
}
