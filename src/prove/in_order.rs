//! Locks taken in the order in which others take them.
//!
//! Whoever reads a view locks it and then its tables. A transaction that changes a table and then the view waits for them at the view,
//! and they wait for it at the table: a deadlock, which ends their queries as often as the migration. So does one that changes a
//! partition and then its table, or a table and then one with a foreign key to it. What comes first in the order of the others is then
//! locked first here.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::catalog::{Catalog, Id};
use crate::kinds::{LockOrder, Step, Verb, kind, lock_orders};
use crate::lock::{self, Mode};
use crate::plan::{Plan, Planned, group};
use crate::renames::Renamed;
use crate::render::{self, Statement};
use crate::sql;

/// A lock on a relation that is there before the transaction, and the statement that takes it.
struct Taken {
    place: usize,
    relation: Id,
    mode: Mode,
}

/// The plan, from a state, with what others lock first locked first in each of its transactions; `is_there` tells what surely is. Where it
/// begins with other names for what is there, that is locked by its old ones.
pub(super) fn in_order(mut plan: Plan, from: &Catalog, renamed: Option<&Renamed>, is_there: impl Fn(&Id) -> bool) -> Plan {
    let statements = render::statements(&plan);
    let first_steps: Vec<usize> =
        statements.iter().scan(0, |sum, it| Some(std::mem::replace(sum, *sum + it.ids.len()))).collect();
    let transactions = transactions(&plan, &statements);
    if transactions.is_empty() {
        return plan;
    }
    let locks = |id: &Id, path: &[String], mode: Mode| kind(&id.kind).lock(path, mode);
    let known = || from.objects.keys().filter(|it| locks(it, &it.path, Mode::AccessExclusive).is_some());
    let before = renamed.map(|renamed| known().map(|it| (sql::path(&renamed.path_before(it)), it)).collect());
    let relations = Relations {
        known: known().map(|it| (sql::path(&it.path), it)).collect(),
        before: before.unwrap_or_default(),
        renames: renamed.map_or(0, |it| it.statements().len()),
    };
    let orders = Orders::of(from, &plan);
    let mut early: Vec<(usize, Id, Mode)> = Vec::new();
    for transaction in transactions {
        let taken = taken(&plan, &statements, transaction, &relations, &orders.ties);
        let before = |place: usize| statements[..place].iter().flat_map(|it| &it.ids).map(|it| (it.0, &it.1));
        early.extend(orders.early(&taken).into_iter().filter(|it| is_there(&it.1) && !is_gone(&it.1, before(it.0))));
    }
    for (place, id, mode) in early.into_iter().rev() {
        let old = renamed.filter(|_| place < relations.renames).map(|it| it.path_before(&id));
        let place = if old.is_some() { 0 } else { place };
        let path = old.as_ref().unwrap_or(&id.path);
        if let Some(sql) = locks(&id, path, mode) {
            let group = group(from, from, &id);
            plan.steps.insert(first_steps[place], Planned { verb: Verb::Alter, id, group, step: Step::new(sql) });
        }
    }
    plan
}

/// Relations by the names that statements give them.
struct Relations<'a> {
    known: BTreeMap<String, &'a Id>,
    /// The same by their old names.
    before: BTreeMap<String, &'a Id>,
    /// How many statements there are before all have their new names.
    renames: usize,
}

impl Relations<'_> {
    /// The one that a statement names.
    fn named(&self, name: &str, place: usize) -> Option<&Id> {
        let before = self.before.get(name).filter(|_| place < self.renames);
        before.or_else(|| self.known.get(name)).copied()
    }
}

/// Whether something went by these steps and has not come again.
pub(super) fn is_gone<'a>(id: &Id, steps: impl DoubleEndedIterator<Item = (Verb, &'a Id)>) -> bool {
    let mut turns = steps.filter(|it| it.1 == id && it.0 != Verb::Alter);
    turns.next_back().is_some_and(|it| it.0 == Verb::Drop)
}

/// Statements that are committed together, where they are several.
fn transactions(plan: &Plan, statements: &[Statement]) -> Vec<Range<usize>> {
    let together = |a: &Statement, b: &Statement| plan.is_transactional() || a.shares_block(b);
    let mut start = 0;
    let mut ranges = Vec::new();
    for chunk in statements.chunk_by(together) {
        ranges.push(start..start + chunk.len());
        start += chunk.len();
    }
    ranges.retain(|it| it.len() > 1);
    ranges
}

/// The locks of a transaction that others feel, in order; each relation once, with the strongest lock that it gets.
fn taken(
    plan: &Plan,
    statements: &[Statement],
    transaction: Range<usize>,
    relations: &Relations<'_>,
    ties: &BTreeMap<Id, [Id; 2]>,
) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    for place in transaction {
        let told = lock::told(&statements[place].sql).locks;
        let told = told.into_iter().filter_map(|it| Some((relations.named(&it.on, place)?.clone(), it.mode)));
        let carried = |id: &Id| {
            let host = plan.hosts.get(id).unwrap_or(id);
            statements[place].ids.iter().any(|it| it.0 == Verb::Drop && (it.1 == *id || it.1 == *host))
        };
        let tied = ties.iter().filter(|it| carried(it.0)).flat_map(|it| it.1);
        for (relation, mode) in told.chain(tied.map(|it| (it.clone(), Mode::AccessExclusive))).filter(|it| it.1 >= Mode::Share) {
            match taken.iter_mut().find(|it| it.relation == relation) {
                Some(known) => known.mode = known.mode.max(mode),
                None => taken.push(Taken { place, relation, mode }),
            }
        }
    }
    taken
}

/// In which order others lock the relations of a state.
struct Orders {
    /// What is locked before a relation, and the weakest lock on it for which the others wait then.
    before: BTreeMap<Id, Vec<(Id, Mode)>>,
    /// The relations that are locked when an object goes which ties them.
    ties: BTreeMap<Id, [Id; 2]>,
}

impl Orders {
    /// Those of a state, and the ties that a plan takes away.
    fn of(state: &Catalog, plan: &Plan) -> Orders {
        let mut orders = Orders { before: BTreeMap::new(), ties: BTreeMap::new() };
        let goes = |it: &Id| plan.changes.get(it).is_some_and(|it| it.goes());
        for LockOrder { first, then, waits_for, tie } in lock_orders(state) {
            if let Some(tie) = tie.filter(|it| goes(it)) {
                orders.ties.insert(tie, [first.clone(), then.clone()]);
            }
            orders.before.entry(then).or_default().push((first, waits_for));
        }
        orders
    }

    /// All that others may have locked when they come to a relation, and the weakest lock on it for which they wait then. Who writes a row
    /// follows the foreign keys of its table, and none further.
    fn above(&self, relation: &Id) -> BTreeMap<&Id, Mode> {
        let mut above: BTreeMap<&Id, Mode> = BTreeMap::new();
        let mut next: Vec<(&Id, Mode)> = vec![(relation, Mode::Share)];
        while let Some((id, reached)) = next.pop() {
            for (first, waits_for) in self.before.get(id).into_iter().flatten() {
                let follows_another = reached > Mode::Share && *waits_for > Mode::Share;
                let waits_for = reached.max(*waits_for);
                if !follows_another && first != relation && above.get(first).is_none_or(|it| *it > waits_for) {
                    above.insert(first, waits_for);
                    next.push((first, waits_for));
                }
            }
        }
        above
    }

    /// What a transaction locks too late, each with its lock and the place of the statement before which it should be locked.
    fn early(&self, taken: &[Taken]) -> Vec<(usize, Id, Mode)> {
        let mut early: BTreeMap<&Id, (usize, Mode)> = BTreeMap::new();
        for (number, one) in taken.iter().enumerate() {
            let above = self.above(&one.relation);
            let is_late = |it: &&Taken| it.place > one.place && above.get(&it.relation).is_some_and(|it| *it <= one.mode);
            for late in taken[number + 1..].iter().filter(is_late) {
                early.entry(&late.relation).or_insert((one.place, late.mode));
            }
        }
        let mut early: Vec<(usize, Id, Mode)> = early.into_iter().map(|(id, (place, mode))| (place, id.clone(), mode)).collect();
        early.sort_by_cached_key(|(place, id, _)| (*place, self.above(id).len(), id.clone()));
        early
    }
}
