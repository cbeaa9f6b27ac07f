//! Nodes and edges → one order: topological, with a deterministic tie-break. A knot is an error that names its members.

use std::collections::{BTreeMap, BTreeSet};

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

/// The members in an order that respects every edge `(before, after)`: among those that are ready, first those of the group that the
/// last one was of, then those of the smallest group; in a group, the one with the smallest key. `None` when there is a knot.
pub fn order<G: Ord + Clone, K: Ord>(
    members: &[usize],
    edges: &BTreeSet<(usize, usize)>,
    key: impl Fn(usize) -> (G, K),
) -> Option<Vec<usize>> {
    let size = members.iter().max().map_or(0, |it| it + 1);
    let mut waits = vec![0_usize; size];
    for (_, after) in edges {
        waits[*after] += 1;
    }
    let mut ready: BTreeMap<G, BTreeSet<(K, usize)>> = BTreeMap::new();
    let enter = |ready: &mut BTreeMap<G, BTreeSet<(K, usize)>>, node: usize| {
        let (group, key) = key(node);
        ready.entry(group).or_default().insert((key, node));
    };
    members.iter().filter(|it| waits[**it] == 0).for_each(|it| enter(&mut ready, *it));
    let mut ordered = Vec::with_capacity(members.len());
    let mut current: Option<G> = None;
    while let Some(group) = current.filter(|it| ready.contains_key(it)).or_else(|| ready.keys().next().cloned()) {
        let Some((_, node)) = ready.get_mut(&group).and_then(BTreeSet::pop_first) else { break };
        if ready.get(&group).is_some_and(BTreeSet::is_empty) {
            ready.remove(&group);
        }
        current = Some(group);
        ordered.push(node);
        for (_, after) in edges.range((node, 0)..=(node, usize::MAX)) {
            waits[*after] -= 1;
            if waits[*after] == 0 {
                enter(&mut ready, *after);
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
        assert_eq!(order(&[0, 1, 2], &edges, |it| ((), it)), Some(vec![1, 2, 0]));
    }

    #[test]
    fn a_group_that_is_begun_is_finished_first() {
        let edges = BTreeSet::from([(0, 1), (2, 3)]);
        let group = |it: usize| if it == 2 { 0 } else { it / 2 + 1 };
        assert_eq!(order(&[0, 1, 2, 3], &edges, |it| (group(it), it)), Some(vec![2, 0, 1, 3]));
        assert_eq!(order(&[0, 1, 2, 3], &edges, |it| (it % 2, it)), Some(vec![0, 2, 1, 3]));
    }

    #[test]
    fn a_knot_has_no_order_and_is_named() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (2, 1)]);
        assert_eq!(order(&[0, 1, 2], &edges, |it| ((), it)), None);
        let mut knot = knots(3, &edges).remove(0);
        knot.sort_unstable();
        assert_eq!(knot, vec![1, 2]);
    }
}
