//! What a set of changes entails: an object that cannot be altered in place is rebuilt, and with it all that depends on it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::catalog::{Catalog, Id, Object, reached};
use crate::error::Result;
use crate::kinds::{Alteration, Conditions, Context, Manner, Verb, kind};

/// Changes with all they entail.
#[derive(Debug, Default)]
pub struct Closure {
    /// What happens to each object.
    pub changes: BTreeMap<Id, Verb>,
    /// Types that are renamed out of the way while columns are converted to their successors.
    pub aside: BTreeSet<Id>,
    /// Objects holding rows that are converted to a type's successor.
    pub converted: BTreeSet<Id>,
}

/// Completes `changes` with rebuilds. Types that are `stuck` do not step aside: what is left of one would need what cannot come before
/// it has gone.
pub fn close(
    from: &Catalog,
    to: &Catalog,
    changes: BTreeMap<Id, Verb>,
    stuck: &BTreeSet<Id>,
    conditions: &Conditions<'_>,
) -> Result<Closure> {
    let mut closure = Closure { changes, ..Closure::default() };
    let ground = Ground { from, to, stuck, conditions, dependents: from.dependents() };
    let mut queue: VecDeque<Id> = closure.changes.keys().cloned().collect();
    loop {
        while let Some(id) = queue.pop_front() {
            queue.extend(closure.entail(&id, &ground)?);
        }
        let holders = holders(&context(from, to, &closure.changes, conditions));
        if holders.is_empty() {
            break;
        }
        closure.changes.extend(holders.iter().map(|it| (it.clone(), Verb::Rebuild)));
        queue.extend(holders);
    }
    let context = context(from, to, &closure.changes, conditions);
    closure.aside.extend(beneath(&ground, &context));
    closure.aside = carried(closure.aside, stuck, &context);
    Ok(closure)
}

/// What every step of the completion looks at.
struct Ground<'a> {
    from: &'a Catalog,
    to: &'a Catalog,
    stuck: &'a BTreeSet<Id>,
    conditions: &'a Conditions<'a>,
    dependents: BTreeMap<&'a Id, BTreeSet<&'a Id>>,
}

impl<'a> Ground<'a> {
    /// What needs an object before.
    fn above<'b>(&'b self, id: &Id) -> impl Iterator<Item = &'a Id> + use<'a, 'b> {
        self.dependents.get(id).into_iter().flatten().copied()
    }
}

impl Closure {
    /// Settles what happens to one object, and gives those that change with it.
    fn entail(&mut self, id: &Id, ground: &Ground<'_>) -> Result<Vec<Id>> {
        let Ground { from, to, stuck, .. } = *ground;
        let (Some(verb), Some(old)) = (self.changes.get(id).copied(), from.get(id)) else { return Ok(Vec::new()) };
        let context = context(from, to, &self.changes, ground.conditions);
        let altered = verb == Verb::Alter;
        let verb = match (verb, to.get(id)) {
            (Verb::Alter, Some(new)) if !old.same(new) => match kind(&id.kind).alter(old, new, &context)? {
                Alteration::Steps(_) => Verb::Alter,
                Alteration::Rebuild => Verb::Rebuild,
            },
            _ => verb,
        };
        let goes = verb.goes();
        let succeeded = kind(&id.kind).overloads() && has_successor(id, &self.changes);
        let dependents = ground.above(id);
        // Owners and grants need others only to come after them.
        let stays_with_parent =
            |it: &Id| kind(&it.kind).follows_parent() && from.get(it).is_some_and(|object| object.parent.as_ref() != Some(id));
        let mut affected: Vec<&Id> = dependents
            .filter(|it| !self.changes.get(*it).is_some_and(|it| it.goes()))
            .filter(|it| match (to.get(id), from.get(it)) {
                _ if to.get(it).is_none() => false,
                (_, Some(dependent)) if goes && kind(&it.kind).outlives(dependent, id, &context) => false,
                _ if verb == Verb::Drop && succeeded => !from.get(it).is_some_and(|it| kind(&it.id.kind).holds_rows(it)),
                (_, Some(dependent)) if verb == Verb::Drop && turns(old, dependent, &context) => true,
                _ if verb == Verb::Drop => !self.changes.contains_key(*it) && !stays_with_parent(it),
                _ if goes => true,
                _ if gives_up(it, id, &context) => false,
                (Some(new), Some(dependent)) => !kind(&id.kind).survives(old, new, dependent),
                _ => false,
            })
            .collect();
        if verb == Verb::Rebuild {
            affected.extend(self.moving_on(id, ground));
        }
        let ties = match to.get(id) {
            Some(new) if altered => kind(&id.kind).tied_by(old, new, &context),
            _ => Vec::new(),
        };
        affected.extend(ties.iter().filter(|it| !context.is_dropped(it)));
        let aside = goes && !stuck.contains(id) && kind(&id.kind).step_aside(old, &context).is_some();
        self.changes.insert(id.clone(), verb);
        for dependent in &affected {
            let converts = from.get(dependent).is_some_and(|it| kind(&it.id.kind).converts(it));
            if aside && converts {
                self.aside.insert(id.clone());
                self.converted.insert((*dependent).clone());
                self.changes.entry((*dependent).clone()).or_insert(Verb::Alter);
            } else {
                self.changes.insert((*dependent).clone(), Verb::Rebuild);
            }
        }
        Ok(affected.into_iter().cloned().collect())
    }
}

impl Closure {
    /// What changes because a part goes that it needed, and then needs the successor of the whole: nowhere in between can it stand.
    fn moving_on<'a>(&self, whole: &Id, ground: &Ground<'a>) -> Vec<&'a Id> {
        let Ground { from, to, .. } = *ground;
        let is_part = |state: &Catalog, it: &Id| state.get(it).and_then(|it| it.parent.as_ref()) == Some(whole);
        let parts = ground.above(whole).filter(|it| self.changes.get(*it) == Some(&Verb::Drop) && is_part(from, it));
        let altered = parts.flat_map(|it| ground.above(it)).filter(|it| self.changes.get(*it) == Some(&Verb::Alter));
        altered.filter(|it| to.needs(it).any(|it| it == whole || is_part(to, it))).collect()
    }
}

/// Whether an object is altered and no longer needs another then: that can be altered after it, unless it changes together with one
/// that is needed.
pub(crate) fn gives_up(dependent: &Id, need: &Id, context: &Context<'_>) -> bool {
    let above = |it: &Id| context.to.get(it).and_then(|it| kind(&it.id.kind).comes_with(it, context));
    let brings = |one: &Id, other: &Id| std::iter::successors(Some(other.clone()), above).any(|it| it == *one);
    context.changes.get(dependent) == Some(&Verb::Alter)
        && context.from.needs(dependent).any(|it| it == need)
        && !context.to.needs(dependent).any(|it| brings(it, need) || brings(need, it))
}

/// The names that an object occupies in a state.
pub(crate) fn names(state: &Catalog, id: &Id) -> Vec<String> {
    state.get(id).map_or(Vec::new(), |it| kind(&id.kind).names(it))
}

/// Whether something of another kind comes under the name of what goes.
fn is_replaced(gone: &Id, context: &Context<'_>) -> bool {
    let freed = names(context.from, gone);
    let created = context.changes.keys().filter(|it| it.path == gone.path && context.is_created(it));
    context.is_dropped(gone) && created.flat_map(|it| names(context.to, it)).any(|it| freed.contains(&it))
}

/// Whether an object that is altered then needs what has come under the name of `gone`, which it needs now: at no time are both there.
fn turns(gone: &Object, dependent: &Object, context: &Context<'_>) -> bool {
    let Context { from, to, changes, .. } = context;
    let freed: BTreeSet<String> = from.lineage(&gone.id).flat_map(|it| names(from, it)).collect();
    let is_taken = |it: &Id| context.is_created(it) && names(to, it).iter().any(|it| freed.contains(it));
    changes.get(&dependent.id) == Some(&Verb::Alter)
        && !kind(&dependent.id.kind).holds_rows(dependent)
        && to.needs(&dependent.id).any(|it| to.lineage(it).any(is_taken))
}

/// What must go so that something that goes is let go.
fn holders(context: &Context<'_>) -> BTreeSet<Id> {
    let goes = |it: &Id| context.is_dropped(it);
    let going = context.changes.keys().filter(|it| goes(it));
    let mut holders: BTreeSet<Id> = going.filter_map(|it| holder(it, context.from, context.to, goes)).collect();
    if context.tolerant {
        holders.extend(rebuilt_before(context));
    }
    holders
}

/// What a rollback makes anew because its migration did, statement by statement, and may have stopped: what holds something that comes
/// back to a large table, and what that holds besides.
fn rebuilt_before(context: &Context<'_>) -> BTreeSet<Id> {
    let comes = |it: &Id| context.is_created(it);
    let is_on_large = |it: &Id| context.to.get(it).and_then(|it| it.parent.as_ref()).is_some_and(|it| context.is_large(it));
    let coming = context.changes.keys().filter(|it| comes(it));
    let above = coming.filter_map(|it| holder(it, context.to, context.from, comes)).filter(is_on_large);
    let stands = |it: &&Object| !comes(&it.id) && !context.is_dropped(&it.id) && context.from.get(&it.id).is_some();
    // The first is the one that is made anew; a partition that only moves takes nothing of its own along.
    let is_held = |it: &&Object| {
        let first = kind(&it.id.kind).held_by(it, context.to).into_iter().next();
        first.is_some_and(|it| context.changes.get(&it) == Some(&Verb::Rebuild) && is_on_large(&it))
    };
    let beside = context.to.objects.values().filter(stands).filter(is_held).map(|it| it.id.clone());
    above.chain(beside).collect()
}

/// What holds an object in a state, where none of what holds it moves along.
fn holder(id: &Id, state: &Catalog, other: &Catalog, moves: impl Fn(&Id) -> bool) -> Option<Id> {
    let holders = kind(&id.kind).held_by(state.get(id)?, state);
    let is_held = !holders.iter().any(moves);
    holders.into_iter().next().filter(|it| is_held && other.get(it).is_some())
}

/// Whether another of the same name comes. While both stand, what calls them is ambiguous: what called the old one goes before it, and
/// comes after the new one.
fn has_successor(id: &Id, changes: &BTreeMap<Id, Verb>) -> bool {
    let Some((_, name)) = id.path.split_last() else { return false };
    let same = changes.range(Id::new(&id.kind, name)..).take_while(|it| it.0.kind == id.kind && it.0.path.starts_with(name));
    same.filter(|it| it.0.path.len() == id.path.len()).any(|it| *it.1 == Verb::Create)
}

/// Types of which rows are, or of what goes and stands on them, that are converted to the successor or to what stands on that: at no time
/// could only one of both be there.
fn beneath(ground: &Ground<'_>, context: &Context<'_>) -> BTreeSet<Id> {
    let Ground { from, to, stuck, .. } = *ground;
    let holds = |it: &Id| from.get(it).is_some_and(|it| kind(&it.id.kind).converts(it));
    let is_converted = |it: &&Id| context.changes.get(*it) == Some(&Verb::Alter) && holds(it);
    let goes = |it: &&Id| context.is_dropped(it) && to.get(it).is_none() && steps_aside(it, context);
    let is_left = |id: &Id| {
        let is_it = |need: &&Id| kind(&need.kind).section() == kind(&id.kind).section() && need.path == id.path;
        let going = reached(id, |it| ground.above(it).filter(goes));
        let mut held = going.into_iter().chain([id]).flat_map(|it| ground.above(it)).filter(is_converted);
        held.any(|it| reached(it, |it| to.needs(it)).iter().any(is_it))
    };
    context.changes.keys().filter(|it| gives_way(it, stuck, context) && is_left(it)).cloned().collect()
}

/// The types that step aside and those they are made of, which a renamed type still needs until it goes for good.
fn carried(aside: BTreeSet<Id>, stuck: &BTreeSet<Id>, context: &Context<'_>) -> BTreeSet<Id> {
    let mut queue: Vec<Id> = aside.iter().cloned().collect();
    let mut carried = aside;
    while let Some(id) = queue.pop() {
        for need in context.from.needs(&id) {
            if !carried.contains(need) && gives_way(need, stuck, context) {
                carried.insert(need.clone());
                queue.push(need.clone());
            }
        }
    }
    carried
}

/// Whether a type that is made anew, or has a successor of another kind, steps aside for it.
fn gives_way(id: &Id, stuck: &BTreeSet<Id>, context: &Context<'_>) -> bool {
    let is_anew = || context.changes.get(id) == Some(&Verb::Rebuild) || is_replaced(id, context);
    !stuck.contains(id) && steps_aside(id, context) && is_anew()
}

fn steps_aside(id: &Id, context: &Context<'_>) -> bool {
    context.from.get(id).is_some_and(|old| kind(&id.kind).step_aside(old, context).is_some())
}

/// What kinds may look at.
pub(crate) fn context<'a>(
    from: &'a Catalog,
    to: &'a Catalog,
    changes: &'a BTreeMap<Id, Verb>,
    conditions: &Conditions<'a>,
) -> Context<'a> {
    let Conditions { server, sizes, manner, reading } = *conditions;
    let (tolerant, one_transaction) = (manner != Manner::Strict, manner == Manner::OneTransaction);
    Context { from, to, changes, server, sizes, tolerant, one_transaction, reading }
}
