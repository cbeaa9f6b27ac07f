//! A change that the running application would not survive, in two halves: *expand* brings what is new beside what is old and keeps both
//! in step, *contract* takes the old away once an application is deployed that does without.
//!
//! The state between the two is made on a clone and read from there: the desired state, in which what is new steps aside where it has
//! the name of what is old; then what is old is made again beside it, and what keeps both in step.

mod turns;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::conversions::{self, Guards};
use crate::database::Database;
use crate::engine::{Base, settle};
use crate::error::{Error, Exit, Result};
use crate::introspect::introspect_ours;
use crate::kinds::{Below, Beside, Conditions, Doubled, Section, Verb, free, kind};
use crate::plan::plan;
use crate::renames::{Inform, Needed, Pair, Turns, inform, need};
use crate::rules::Rules;

/// The way over a state in which old and new stand side by side.
#[derive(Debug, Clone)]
pub struct Expansion {
    /// That state.
    pub between: Catalog,
    /// The pairs that are renames in the desired state, and stand side by side here.
    pub pairs: Vec<Pair>,
    /// What is told of what comes with the first half.
    pub first: Turns,
    /// What the contract begins with: the old gives its names to the new.
    pub turns: Turns,
    /// What goes, in words: `orders price`.
    pub title: String,
    /// The second half waits for a deploy.
    pub held: bool,
    /// What a reviewer must know of it.
    pub findings: Vec<String>,
}

/// That a part has all its values from its predecessor.
const SUCCEEDS: &str = "_succeeds";

/// That an object is there twice, and this is the one that comes or goes.
const EXCHANGED: &str = "_exchanged";

/// Something that goes, and what comes in its place.
#[derive(Debug)]
pub struct Move {
    /// What goes.
    pub old: Id,
    new: Option<Id>,
    doubled: Doubled,
}

/// The way over the state in which what `moves` stands side by side. `None` where there is no such way and nobody waits for one.
pub async fn expansion(
    clone: &mut Database,
    base: &Base,
    desired: &Catalog,
    moves: Vec<Move>,
    rules: &Rules,
) -> Result<Option<Expansion>> {
    guard(clone, base, desired, &moves).await?;
    let held = moves.iter().any(|it| !it.doubled.is_exchanged);
    match between(clone, base, desired, moves, rules).await {
        // What no application waits for can be done in one step too.
        Err(error) if !held => {
            tracing::debug!(%error, "not exchanged");
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// What is built beside what is there though no application waits for it; `changes` are the differences to the desired state.
pub fn exchanges(base: &Base, desired: &Catalog, changes: &BTreeMap<Id, Verb>) -> Result<Vec<Move>> {
    let from = &base.catalog;
    let conditions = Conditions { sizes: &base.sizes, ..Conditions::ours(&base.server) };
    let context = context(from, desired, changes, &conditions);
    let mut moves = Vec::new();
    for id in changes.iter().filter(|it| *it.1 == Verb::Alter).map(|it| it.0) {
        let (Some(old), Some(new)) = (from.get(id), desired.get(id)) else { continue };
        if let Some(doubled) = kind(&id.kind).exchanged(old, new, &context)? {
            moves.push(Move { old: id.clone(), new: Some(id.clone()), doubled });
        }
    }
    // Names of relations that are read change in one transaction, which the way back of an index may not be.
    let is_read = |it: &Move| from.get(&it.old).is_some_and(|it| !kind(&it.id.kind).called(it).is_empty());
    if moves.iter().any(is_read) {
        moves.retain(is_read);
    }
    Ok(moves)
}

/// What stands beside its successor until the application is deployed: of what `is_chosen`, whatever says that it must.
pub fn moves(
    base: &Base,
    desired: &Catalog,
    changes: &BTreeMap<Id, Verb>,
    renamed: &[Pair],
    is_chosen: &dyn Fn(&Id) -> bool,
) -> Result<Vec<Move>> {
    let from = &base.catalog;
    let conditions = Conditions { sizes: &base.sizes, ..Conditions::ours(&base.server) };
    let context = context(from, desired, changes, &conditions);
    let stays = |it: &Object| it.parent.as_ref().is_none_or(|it| desired.get(it).is_some());
    let mut moves = Vec::new();
    for (id, verb) in changes {
        let computed = desired.get(id).filter(|_| *verb == Verb::Create && is_chosen(id));
        if let Some(doubled) = computed.map(|it| kind(&id.kind).computed(it, &context)).transpose()?.flatten() {
            moves.push(Move { old: id.clone(), new: Some(id.clone()), doubled });
        }
        let Some(old) = from.get(id).filter(|it| stays(it)) else { continue };
        let successor = renamed.iter().find(|it| it.0 == *id).map(|it| &it.1);
        let new = match verb {
            Verb::Drop => successor.and_then(|it| desired.get(it)),
            _ => desired.get(id),
        };
        if !is_chosen(new.map_or(id, |it| &it.id)) && !is_chosen(id) {
            continue;
        }
        if let Some(doubled) = kind(&id.kind).doubled(old, new, &context)? {
            let below: Vec<Move> = doubled.below.iter().map(|it| Move::below(it, id)).collect();
            moves.push(Move { old: id.clone(), new: new.map(|it| it.id.clone()), doubled });
            moves.extend(below);
        }
    }
    Ok(moves)
}

impl Move {
    fn below(it: &Below, above: &Id) -> Move {
        let doubled = Doubled { spare: it.spare.clone(), with: vec![above.clone()], ..Doubled::default() };
        Move { old: it.old.clone(), new: it.new.clone(), doubled }
    }
}

/// What keeps both in step must be able to carry every value over.
async fn guard(clone: &mut Database, base: &Base, desired: &Catalog, moves: &[Move]) -> Result<()> {
    let direct = plan(&base.catalog, desired, &Conditions::ours(&base.server))?;
    let converted = conversions::of(&direct, &base.catalog, desired, &base.server);
    let converted = converted.into_iter().filter(|it| moves.iter().any(|of| of.old == it.id)).collect();
    let guards = Guards::of(clone, converted).await?;
    let Some(checked) = guards.checks().next() else { return Ok(()) };
    let error =
        Error::new(format!("{}: not every value comes through, and writes of such a value would fail", checked.check.what));
    Err(error.exit(Exit::Refused).help(
        "say above the column how its values are converted: -- schemagen: using <expression>; or change it directly: --strategy direct",
    ))
}

/// Makes the state between on a clone of the base.
async fn between(clone: &mut Database, base: &Base, desired: &Catalog, moves: Vec<Move>, rules: &Rules) -> Result<Expansion> {
    let from = &base.catalog;
    settle(clone, from, desired, &base.server, rules).await?;
    let findings = moves.iter().filter_map(|it| it.doubled.told.clone()).collect();
    let (title, held) = (title(&moves), moves.iter().any(|it| !it.doubled.is_exchanged));
    let statements: Vec<String> = moves.iter().flat_map(|it| it.doubled.statements.clone()).collect();
    let (informs, settling) = (forward(&moves), settling(&moves));
    let (moves, stays): (Vec<Move>, Vec<Move>) = moves.into_iter().partition(|it| !it.doubled.stays);
    let doubles = doubles(from, desired, &moves);
    let asides: Vec<Pair> = moves.iter().filter_map(|it| Some((it.new.clone()?, it.doubled.spare.clone()?))).collect();
    let asides: Vec<Pair> =
        asides.into_iter().chain(doubles.iter().map(|it| (it.clone(), free(it, "_new", &[from, desired])))).collect();
    let aside: Vec<&String> = moves.iter().flat_map(|it| &it.doubled.aside).collect();
    let apart = apart(clone, desired, &asides, &aside, base, rules).await?;
    let draft = beside(from, &apart, &moves, &doubles);
    settle(clone, &apart, &draft, &base.server, rules).await?;
    for statement in &statements {
        clone.run(statement).await.map_err(|it| it.note(format!("statement: {statement}")))?;
    }
    let mut between = rules.apply(introspect_ours(clone).await?).0;
    inform(&mut between, &informs);
    let needs = built(from, &between, &moves);
    need(&mut between, &needs);
    let keepers: Vec<Id> = moves.iter().flat_map(|it| &it.doubled.keepers).map(|it| it.trigger.clone()).collect();
    rewritten_afterwards(from, &mut between, &keepers);
    for (it, keeper) in stays.iter().flat_map(|it| it.doubled.keepers.iter().map(move |keeper| (it, &keeper.trigger))) {
        let stays = it.new.iter().filter(|it| between.get(it).is_some()).cloned().collect::<Vec<_>>();
        between.needs.entry(keeper.clone()).or_default().extend(stays);
    }
    let successors = informs.into_iter().filter(|it| it.1 == SUCCEEDS).collect();
    let first = Turns { informs: successors, needs, ..Turns::default() };
    let ends = if stays.is_empty() { turns::ends(base, desired, &moves)? } else { Vec::new() };
    let turns = Turns { settle: settling, ends, ..turns::of(from, desired, &between, &moves, &asides) };
    Ok(Expansion { first, turns, pairs: pairs(&moves), title, held, findings, between })
}

/// What is built on the new waits for what keeps that in step, and does not outlive it; so does a part of the table that comes to stand on
/// the new: a trigger that answers to its updates is not there while it is filled.
fn built(from: &Catalog, between: &Catalog, moves: &[Move]) -> Vec<Needed> {
    let mut needs = Vec::new();
    for (it, keeper) in moves.iter().flat_map(|it| it.doubled.keepers.iter().map(move |keeper| (it, &keeper.trigger))) {
        let Some(new) = it.doubled.spare.as_ref().or(it.new.as_ref()) else { continue };
        let parent = between.get(new).and_then(|it| it.parent.as_ref());
        let comes_to = |it: &Object| it.parent.as_ref() == parent && between.needs(&it.id).any(|it| it == new);
        let changes = |it: &Object| from.get(&it.id).is_some_and(|old| !old.same(it)) && comes_to(it);
        let built = between.objects.values().filter(|object| is_built_on(between, &object.id, new) || changes(object));
        needs.extend(built.map(|object| Needed { of: object.id.clone(), new: new.clone(), keeper: keeper.clone() }));
    }
    needs
}

/// Routines that are replaced may read what is new though nothing says so: they wait until it is filled, unless that needs them.
fn rewritten_afterwards(from: &Catalog, between: &mut Catalog, keepers: &[Id]) {
    let mut needed: BTreeSet<Id> = BTreeSet::new();
    let mut open: Vec<Id> = keepers.to_vec();
    while let Some(id) = open.pop() {
        let parent = between.get(&id).and_then(|it| it.parent.clone());
        let next: Vec<Id> = between.needs(&id).cloned().chain(parent).filter(|it| !needed.contains(it)).collect();
        needed.extend(next.iter().cloned());
        open.extend(next);
    }
    let is_replaced = |it: &&Object| from.get(&it.id).is_some_and(|old| !old.same(it));
    let routines =
        between.objects.values().filter(|it| kind(&it.id.kind).section() == Section::Routine && !needed.contains(&it.id));
    let replaced: Vec<Id> = routines.filter(is_replaced).map(|it| it.id.clone()).collect();
    for id in replaced {
        between.needs.entry(id).or_default().extend(keepers.iter().cloned());
    }
}

/// What stands on a part that is doubled, has one of its own on each, and one name for both.
fn doubles(from: &Catalog, desired: &Catalog, moves: &[Move]) -> Vec<Id> {
    let stands = |state: &Catalog, id: &Id, part: &Id| state.needs(id).any(|it| it == part) && id != part;
    let is_double = |object: &Object| {
        let is_twice = |it: &Move| {
            it.new.as_ref().is_some_and(|new| stands(desired, &object.id, new))
                && stands(from, &object.id, &it.old)
                && kind(&object.id.kind).beside(object, &it.old) == Beside::Both
        };
        moves.iter().all(|it| it.old != object.id && !it.doubled.with.contains(&object.id)) && moves.iter().any(is_twice)
    };
    desired.objects.values().filter(|it| from.get(&it.id).is_some() && is_double(it)).map(|it| it.id.clone()).collect()
}

/// Gives objects other names and reads what that gives.
async fn apart(
    clone: &mut Database,
    state: &Catalog,
    pairs: &[Pair],
    after: &[&String],
    base: &Base,
    rules: &Rules,
) -> Result<Catalog> {
    let changes = BTreeMap::new();
    let conditions = Conditions::ours(&base.server);
    for (old, new) in pairs {
        for step in kind(&old.kind).rename(old, new, &context(state, state, &changes, &conditions)) {
            clone.run(&step.sql.text()).await?;
        }
    }
    for statement in after {
        clone.run(statement).await.map_err(|it| it.note(format!("statement: {statement}")))?;
    }
    Ok(rules.apply(introspect_ours(clone).await?).0)
}

/// The new state with the old parts in it again, and what stands on them.
fn beside(from: &Catalog, apart: &Catalog, moves: &[Move], doubles: &[Id]) -> Catalog {
    let mut draft = apart.clone();
    let mut olds: BTreeSet<&Id> = BTreeSet::new();
    for object in from.objects.values() {
        let is_part = moves.iter().any(|it| from.lineage(&object.id).any(|id| *id == it.old || it.doubled.with.contains(id)));
        let stands = |it: &Move| {
            let is_it = |need: &Id| *need == it.old || it.doubled.is_exchanged && from.lineage(need).any(|id| *id == it.old);
            from.needs(&object.id).any(is_it)
        };
        let stays = |it: &Move| {
            let beside = kind(&object.id.kind).beside(object, &it.old);
            it.doubled.is_exchanged || beside != Beside::New || doubles.contains(&object.id)
        };
        if is_part || moves.iter().any(|it| stands(it) && stays(it)) {
            olds.insert(&object.id);
        }
    }
    let held = held(from, apart, moves, &olds);
    olds.extend(held.iter().filter_map(|it| from.get(it)).map(|it| &it.id));
    let waits = |it: &Id| from.get(it).is_none() && held.contains(it);
    draft.objects.retain(|id, _| !apart.lineage(id).any(waits));
    draft.needs.retain(|id, _| draft.objects.contains_key(id));
    let below: Vec<&Id> = from.objects.keys().filter(|it| from.lineage(it).any(|part| olds.contains(part))).collect();
    for id in below {
        if let Some(object) = from.get(id) {
            draft.objects.insert(id.clone(), object.clone());
            draft.needs.insert(id.clone(), from.needs(id).cloned().collect());
        }
    }
    draft
}

/// What waits for the second half as what it stands on does: a view on a view that reads the old part.
fn held(from: &Catalog, apart: &Catalog, moves: &[Move], olds: &BTreeSet<&Id>) -> BTreeSet<Id> {
    // Parts of one table know each other: a key, and what refers to it.
    let of = |it: &Id| from.lineage(it).find(|it| it.path.len() == 2).cloned();
    let is_part = |it: &Id| moves.iter().any(|part| of(&part.old).is_some() && of(&part.old) == of(it));
    let stays = |id: &Id, need: &Id| {
        let object = from.get(id).or_else(|| apart.get(id));
        object.is_some_and(|it| kind(&id.kind).beside(it, need) == Beside::Old)
    };
    // What differs in nothing keeps nobody waiting.
    let differs = |it: &Id| from.get(it) != apart.get(it);
    let mut held: BTreeSet<Id> = olds.iter().filter(|it| !is_part(it) && differs(it)).map(|it| (*it).clone()).collect();
    loop {
        let needs = |id: &Id| [from, apart].into_iter().flat_map(|it| it.needs(id)).find(|it| held.contains(it));
        let more = from.objects.keys().chain(apart.objects.keys()).filter(|it| !held.contains(it) && !olds.contains(it));
        let more: Vec<Id> = more.filter(|it| needs(it).is_some_and(|need| stays(it, need))).cloned().collect();
        if more.is_empty() {
            return held;
        }
        held.extend(more);
    }
}

/// Whether an object is a part of another or stands on it, and is no more than that.
fn is_built_on(state: &Catalog, id: &Id, new: &Id) -> bool {
    let Some(object) = state.get(id).filter(|it| it.id != *new) else { return false };
    let stands = state.needs(id).any(|it| it == new) && kind(&id.kind).beside(object, new) == Beside::Both;
    stands || object.parent.as_ref() == Some(new)
}

/// What objects are told on the way there.
fn forward(moves: &[Move]) -> Vec<Inform> {
    let mut informs: Vec<Inform> = Vec::new();
    for it in moves {
        for keeper in &it.doubled.keepers {
            informs.push((keeper.trigger.clone(), "_fills", keeper.fill.as_str().into()));
            let replaces = keeper.replaces.as_ref().and_then(|it| serde_json::to_value(it).ok());
            informs.extend(replaces.map(|it| (keeper.trigger.clone(), "_replaces", it)));
        }
        let exchanged = it.doubled.spare.clone().filter(|_| it.doubled.is_exchanged);
        informs.extend(exchanged.map(|it| (it, EXCHANGED, true.into())));
        let successor = it.doubled.spare.clone().or(it.new.clone()).filter(|_| !it.doubled.stays);
        informs.extend(successor.filter(|_| !it.doubled.keepers.is_empty()).map(|it| (it, SUCCEEDS, true.into())));
    }
    informs
}

/// What brings rows in line that came past what keeps them so.
fn settling(moves: &[Move]) -> Vec<String> {
    moves.iter().flat_map(|it| &it.doubled.keepers).filter_map(|it| it.settle.clone()).collect()
}

fn title(moves: &[Move]) -> String {
    let names: Vec<String> = moves
        .iter()
        .filter(|it| is_whole(it))
        .map(|it| it.old.path.iter().skip(1).cloned().collect::<Vec<_>>().join(" "))
        .collect();
    match names.as_slice() {
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
        [] => String::new(),
    }
}

fn pairs(moves: &[Move]) -> Vec<Pair> {
    moves.iter().filter_map(|it| Some((it.old.clone(), it.new.clone().filter(|new| *new != it.old)?))).collect()
}

/// Whether it is not a part of another that goes over in the same way.
fn is_whole(it: &Move) -> bool {
    it.doubled.with.first().is_none_or(|whole| *whole == it.old)
}
