//! Changes → steps in the order in which they run.
//!
//! Every change is one node, or two where an object goes and comes again. A node may have a host, by which it is carried: a child
//! folded into its parent's `CREATE`, a child that goes with its parent, a partition's column that comes with its parent's. Hosts
//! are taken optimistically; where that ties a knot, the members of the knot are set free again and get statements of their own.

mod amend;
mod knot;
mod locks;
mod rounds;
mod steps;
mod stub;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id, Object};
use crate::closure::{Closure, close, context, gives_up, names};
use crate::diff::diff;
use crate::error::{Error, Result};
use crate::kinds::{Company, Conditions, Context, KINDS, Section, Verb, kind};
use crate::order::{knots, order, put_off};
use crate::row_names::{Placed, by_place};
use crate::timing;

pub use steps::{Plan, Planned};

/// Plans the way from one state to the other. Fails on a knot, naming its members.
pub fn plan(from: &Catalog, to: &Catalog, conditions: &Conditions<'_>) -> Result<Plan> {
    let _stage = timing::stage("plan");
    let (mut changes, mut stuck) = (diff(from, to), BTreeSet::new());
    loop {
        let closure = close(from, to, changes.clone(), &stuck, conditions)?;
        let placed = by_place(from, to, &closure.changes);
        if !placed.between.is_empty() {
            changes.extend(placed.between.into_iter().map(|it| (it, Verb::Rebuild)));
            continue;
        }
        let context = context(&placed.from, &placed.to, &closure.changes, conditions);
        let mut graph = Graph::new(&closure, context);
        graph.connect(&placed);
        graph.host()?;
        match graph.untie() {
            Ok(()) => return graph.planned(),
            Err(knot) => match (knot.iter().find(|it| graph.nodes[**it].0 == Act::Sweep), graph.movable(&knot)) {
                // A type that cannot step aside takes its columns along.
                (Some(sweep), _) => drop(stuck.insert(graph.nodes[*sweep].1.clone())),
                (None, Some(id)) => drop(changes.insert(id, Verb::Rebuild)),
                (None, None) => return Err(graph.tied(&knot)),
            },
        };
    }
}

/// The outermost object below a container that `id` stands in.
pub(crate) fn group(from: &Catalog, to: &Catalog, id: &Id) -> Id {
    let state = if to.get(id).is_some() { to } else { from };
    let lineage: Vec<&Id> = state.lineage(id).collect();
    let inside = lineage.iter().rev().find(|it| kind(&it.kind).section() != Section::Container);
    let inside = (*inside.unwrap_or(&id)).clone();
    let above = |it: &Id| state.get(it).and_then(|object| kind(&it.kind).filed_under(object, state));
    std::iter::successors(Some(inside.clone()), above).last().unwrap_or(inside)
}

/// What breaks ties between groups: drops or the rest, the section, the table.
type Place = (u8, i32, Vec<String>);

/// What breaks ties inside a group: the kind, what is altered before what is new, where it is declared, the name.
type Within = (i32, bool, Option<i64>, Id);

/// What a node does to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    /// It goes; a type that steps aside is renamed.
    Drop,
    /// A type that stepped aside goes for good.
    Sweep,
    /// It changes where it stands.
    Alter,
    /// It comes.
    Create,
    /// As much of it comes as others need that it needs itself.
    Stub,
    /// As much of it goes as needs others that need it.
    Empty,
}

/// How a node is carried by its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ride {
    /// As text inside the host's `CREATE`.
    Folded,
    /// Without a word: the host's statement brings or takes it along.
    Implied,
}

struct Graph<'a> {
    closure: &'a Closure,
    context: Context<'a>,
    nodes: Vec<(Act, &'a Id)>,
    goes: BTreeMap<&'a Id, usize>,
    sweeps: BTreeMap<&'a Id, usize>,
    comes: BTreeMap<&'a Id, usize>,
    edges: BTreeSet<(usize, usize)>,
    /// Those of the edges that give way to the others.
    wishes: BTreeSet<(usize, usize)>,
    hosts: BTreeMap<usize, (usize, Ride)>,
    folds: BTreeMap<usize, Vec<usize>>,
    stubs: BTreeMap<usize, Object>,
}

impl<'a> Graph<'a> {
    fn new(closure: &'a Closure, context: Context<'a>) -> Graph<'a> {
        let (nodes, edges, hosts) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
        let (goes, sweeps, comes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (folds, stubs, wishes) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let mut graph = Graph { closure, context, nodes, goes, sweeps, comes, edges, wishes, hosts, folds, stubs };
        for (id, verb) in &closure.changes {
            if verb.goes() {
                graph.goes.insert(id, graph.nodes.len());
                graph.nodes.push((Act::Drop, id));
            }
            if closure.aside.contains(id) {
                graph.sweeps.insert(id, graph.nodes.len());
                graph.nodes.push((Act::Sweep, id));
            }
            if *verb != Verb::Drop {
                graph.comes.insert(id, graph.nodes.len());
                graph.nodes.push((if *verb == Verb::Alter { Act::Alter } else { Act::Create }, id));
            }
        }
        graph
    }

    /// Draws the edges: what comes needs what it needs to be there, what goes leaves before what it needed.
    fn connect(&mut self, placed: &Placed<'_>) {
        let Context { from, to, .. } = self.context;
        let (mut edges, mut wishes) = (BTreeSet::new(), BTreeSet::new());
        let later = |id: &Id| from.get(id).map_or(Vec::new(), |it| kind(&id.kind).precedes(it, &self.context));
        let later: BTreeMap<&Id, Vec<Id>> = self.goes.keys().map(|it| (*it, later(it))).collect();
        for (node, (act, id)) in self.nodes.iter().enumerate() {
            match act {
                Act::Create | Act::Alter => {
                    edges.extend(to.needs(id).filter_map(|need| self.comes.get(need)).map(|need| (*need, node)));
                    edges.extend(self.goes.get(id).map(|gone| (*gone, node)));
                    let first = to.get(id).map_or(Vec::new(), |it| kind(&id.kind).follows(it, &self.context));
                    let first = first.iter().filter_map(|it| self.comes.get(it).or_else(|| self.goes.get(it)));
                    edges.extend(first.map(|it| (*it, node)));
                    let last = to.get(id).map_or(Vec::new(), |it| kind(&id.kind).relieves(it, &self.context));
                    edges.extend(last.iter().filter_map(|it| self.goes.get(it)).map(|it| (node, *it)));
                    let old = to.get(id).map_or(Vec::new(), |it| kind(&id.kind).succeeds(it, &self.context));
                    wishes.extend(old.iter().filter_map(|it| self.goes.get(it)).map(|it| (node, *it)));
                    let awaited = to.get(id).map_or(Vec::new(), |it| kind(&id.kind).awaits(it, &self.context));
                    wishes.extend(awaited.iter().flat_map(|it| self.moves(it)).map(|it| (it, node)));
                    if *act == Act::Alter {
                        edges.extend(from.needs(id).filter_map(|need| self.last_of(need)).map(|need| (node, need)));
                        edges.extend(from.needs(id).filter_map(|need| self.given_up(id, need)).map(|need| (node, need)));
                    }
                }
                Act::Drop => {
                    // What precedes its dependents takes them along, or leaves them standing.
                    let precedes = |it: &Id| later.get(it).is_some_and(|it| it.contains(id));
                    for need in from.needs(id).filter(|it| !precedes(it)) {
                        edges.extend(self.goes.get(need).map(|need| (node, *need)));
                        let altered = self.comes.get(need).filter(|it| self.nodes[**it].0 == Act::Alter);
                        edges.extend(altered.map(|need| (node, *need)));
                    }
                    edges.extend(self.sweeps.get(id).map(|sweep| (node, *sweep)));
                    let later = &later[id];
                    edges.extend(later.iter().filter_map(|it| self.goes.get(it)).map(|it| (node, *it)));
                    edges.extend(later.iter().filter_map(|it| self.comes.get(it)).map(|it| (node, *it)));
                }
                Act::Sweep => {
                    edges.extend(self.comes.get(id).map(|successor| (*successor, node)));
                    let is_part = |it: &Id| from.lineage(it).any(|part| part == *id);
                    let needs = self.goes.keys().filter(|it| is_part(it)).flat_map(|it| from.needs(it)).filter(|it| !is_part(it));
                    edges.extend(needs.filter_map(|it| self.last_of(it)).map(|need| (node, need)));
                }
                Act::Stub | Act::Empty => {}
            }
        }
        for (reader, column) in &placed.after {
            wishes.extend(self.comes.get(reader).into_iter().flat_map(|it| self.moves(column).map(|moved| (moved, *it))));
        }
        edges.extend(self.names());
        edges.retain(|(before, after)| before != after);
        wishes.retain(|it| !edges.contains(it));
        edges.extend(&wishes);
        (self.edges, self.wishes) = (edges, wishes);
    }

    /// The nodes by which an object comes and goes.
    fn moves(&self, id: &Id) -> impl Iterator<Item = usize> {
        [&self.goes, &self.comes].into_iter().filter_map(|it| it.get(id).copied())
    }

    /// The node that alters what a dependent is in the way of until it needs it no more.
    fn given_up(&self, dependent: &Id, need: &Id) -> Option<usize> {
        let Context { from, to, .. } = self.context;
        let survives = kind(&need.kind).survives(from.get(need)?, to.get(need)?, from.get(dependent)?);
        self.act(need, Act::Alter).filter(|_| !survives && gives_up(dependent, need, &self.context))
    }

    /// The node after which nothing of the old object is left: a part stays with a type that steps aside.
    fn last_of(&self, id: &Id) -> Option<usize> {
        let sweep = || self.context.from.lineage(id).find_map(|it| self.sweeps.get(it));
        self.goes.get(id).map(|gone| *sweep().unwrap_or(gone))
    }

    /// Edges from those that free a name to those that take it.
    fn names(&self) -> Vec<(usize, usize)> {
        let Context { from, to, .. } = self.context;
        let mut freed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut taken: Vec<(String, usize)> = Vec::new();
        for (node, (act, id)) in self.nodes.iter().enumerate() {
            let (old, new) = match act {
                Act::Drop => (names(from, id), Vec::new()),
                Act::Create => (Vec::new(), names(to, id)),
                Act::Alter => (names(from, id), names(to, id)),
                Act::Sweep | Act::Stub | Act::Empty => continue,
            };
            old.iter().filter(|it| !new.contains(it)).for_each(|it| freed.entry(it.clone()).or_default().push(node));
            taken.extend(new.into_iter().filter(|it| !old.contains(it)).map(|it| (it, node)));
        }
        let edges = taken.iter().flat_map(|(name, node)| freed.get(name).into_iter().flatten().map(|free| (*free, *node)));
        edges.collect()
    }

    /// Finds a host for every node that can have one.
    fn host(&mut self) -> Result<()> {
        let context = self.context;
        for (node, (act, id)) in self.nodes.iter().enumerate() {
            let state = if *act == Act::Drop { context.from } else { context.to };
            let Some(object) = state.get(id) else { continue };
            let brought = kind(&id.kind).comes_with(object, &context);
            let host = match act {
                Act::Sweep | Act::Stub | Act::Empty => None,
                Act::Drop if kind(&id.kind).goes_by_itself(object, &context) => None,
                Act::Drop => (object.parent.clone().into_iter())
                    .filter(|it| kind(&it.kind).takes_children() || kind(&id.kind).follows_parent())
                    .chain(kind(&id.kind).goes_with(object, &context))
                    .chain(brought)
                    .find_map(|it| self.goes.get(&it).copied())
                    .map(|it| (it, Ride::Implied)),
                Act::Alter => brought.and_then(|it| self.act(&it, Act::Alter)).map(|it| (it, Ride::Implied)),
                Act::Create => match brought.and_then(|it| self.act(&it, Act::Create)) {
                    Some(bringer) => Some((bringer, Ride::Implied)),
                    None => match object.parent.as_ref().and_then(|it| self.act(it, Act::Create)) {
                        Some(parent) if kind(&id.kind).inline(object, &[], &context)?.is_some() => Some((parent, Ride::Folded)),
                        _ => None,
                    },
                },
            };
            if let Some(host) = host.filter(|it| it.0 != node) {
                self.hosts.insert(node, host);
            }
        }
        Ok(())
    }

    fn act(&self, id: &Id, act: Act) -> Option<usize> {
        self.comes.get(id).copied().filter(|it| self.nodes[*it].0 == act)
    }

    /// The node by whose statement a node is carried out in the end.
    fn root(&self, node: usize) -> usize {
        let mut root = node;
        for _ in 0..16 {
            let Some((host, _)) = self.hosts.get(&root) else { break };
            root = *host;
        }
        root
    }

    fn contracted(&self) -> BTreeSet<(usize, usize)> {
        let roots: Vec<usize> = (0..self.nodes.len()).map(|it| self.root(it)).collect();
        self.edges
            .iter()
            .map(|(before, after)| (roots[*before], roots[*after]))
            .filter(|(before, after)| before != after)
            .collect()
    }

    /// Sets nodes free from their hosts until there is an order, or a knot that cannot be untied.
    fn untie(&mut self) -> std::result::Result<(), Vec<usize>> {
        loop {
            let knots = knots(self.nodes.len(), &self.contracted());
            if knots.is_empty() {
                return Ok(());
            }
            for knot in &knots {
                if self.forgo(knot) {
                    continue;
                }
                let freed = self.freed(knot);
                tracing::debug!(knot = %self.tied(knot), freed = ?freed.iter().map(|it| self.nodes[*it].1.to_string()).collect::<Vec<_>>());
                if freed.is_empty() && !self.split(knot) && !self.relax(knot) {
                    return Err(knot.clone());
                }
                for node in freed {
                    self.hosts.remove(&node);
                }
            }
        }
    }

    /// The steps of all nodes that have no host, in order.
    fn planned(mut self) -> Result<Plan> {
        self.board();
        let members: Vec<usize> = (0..self.nodes.len()).filter(|it| !self.hosts.contains_key(it)).collect();
        let mut steps = members.iter().map(|it| Ok((*it, self.steps(*it)?))).collect::<Result<BTreeMap<_, _>>>()?;
        let company = |it: usize| Company::of(steps[&it].iter().map(|it| it.step.company));
        let edges = self.contracted();
        let ordered = order(&members, &edges, |it| self.key(it), company)
            .ok_or_else(|| Error::internal("statements without a knot have no order"))?;
        let ordered = put_off(ordered, &edges, company, |it| self.is_missed(it));
        let hosts = self.hosts.keys().map(|it| (self.nodes[*it].1.clone(), self.nodes[self.root(*it)].1.clone()));
        let mut plan =
            Plan { steps: Vec::new(), changes: self.closure.changes.clone(), hosts: hosts.collect(), ..Plan::default() };
        plan.steps = rounds::gathered(ordered.iter().filter_map(|it| steps.remove(it)).flatten().collect());
        Ok(plan)
    }

    /// Whether it goes to come again, and is missed in between: nobody can use it, and no constraint holds.
    fn is_missed(&self, node: usize) -> bool {
        let (act, id) = &self.nodes[node];
        *act == Act::Drop && self.comes.contains_key(*id)
    }

    /// Lists the folded children of each node, once the hosts are settled.
    fn board(&mut self) {
        for (child, (host, ride)) in &self.hosts {
            if *ride == Ride::Folded {
                self.folds.entry(*host).or_default().push(*child);
            }
        }
    }

    fn tied(&self, knot: &[usize]) -> Error {
        let mut members: Vec<String> =
            knot.iter().map(|it| format!("{:?} {}", self.nodes[*it].0, self.nodes[*it].1).to_lowercase()).collect();
        members.sort();
        Error::new(format!("these changes wait for each other: {}", members.join(" → ")))
            .help("make the change in two steps, each with its own `schemagen diff`")
    }

    /// What breaks ties: drops first, then section by section, table by table, each as far as it goes. What is altered comes before what
    /// is new, so that the types of several columns change in one statement, which writes the table anew once.
    fn key(&self, node: usize) -> (Place, Within) {
        let (act, id) = &self.nodes[node];
        let rank = KINDS.iter().position(|it| it.name() == id.kind).map_or(0, |it| i32::try_from(it).unwrap_or(0));
        let section = kind(&id.kind).section() as i32;
        let group = group(self.context.from, self.context.to, id).path;
        let position = self.context.to.get(id).and_then(Object::position);
        match act {
            Act::Drop | Act::Empty => ((0, -section, group), (-rank, false, None, (*id).clone())),
            Act::Alter => ((1, section, group), (rank, false, None, (*id).clone())),
            Act::Create | Act::Stub => ((1, section, group), (rank, true, position, (*id).clone())),
            Act::Sweep => ((2, -section, group), (-rank, false, None, (*id).clone())),
        }
    }
}
