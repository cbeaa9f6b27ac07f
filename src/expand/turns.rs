//! What the second half begins with, and its way back ends with: the old gives its names to the new.

use super::{EXCHANGED, Move, is_whole};
use crate::catalog::{Catalog, Id};
use crate::engine::Base;
use crate::error::Result;
use crate::kinds::{ended, free};
use crate::renames::{Pair, Turns};

/// The old gives up the names that are not its own any more, then the new takes them.
pub(super) fn of(from: &Catalog, desired: &Catalog, between: &Catalog, moves: &[Move], asides: &[Pair]) -> Turns {
    let old = |it: &Id| free(it, "_old", &[from, desired]);
    let first: Vec<Pair> = asides.iter().map(|it| (it.0.clone(), old(&it.0))).collect();
    let second: Vec<Pair> = asides.iter().map(|it| (it.1.clone(), it.0.clone())).collect();
    let exchanged = moves.iter().filter(|it| it.doubled.is_exchanged).map(|it| (old(&it.old), EXCHANGED, true.into()));
    let informs = moves.iter().filter_map(|it| {
        let id = if it.doubled.spare.is_some() { old(&it.old) } else { it.old.clone() };
        let fill = (id.clone(), "_fill", it.doubled.back.clone()?.into());
        let successor = it.new.as_ref().filter(|_| it.doubled.is_lossy).and_then(|it| it.path.last().cloned());
        Some([Some(fill), successor.map(|it| (id, "_became", it.into()))])
    });
    let rounds = if first.is_empty() { Vec::new() } else { vec![first, second] };
    let turned = [0, 1].map(|it| moves.iter().flat_map(|of| of.doubled.turned[it].clone()).collect());
    Turns {
        without: keepers(from, desired, between, moves),
        rounds,
        turned,
        informs: informs.flatten().flatten().chain(exchanged).collect(),
        ..Turns::default()
    }
}

/// What keeps old and new in step, and what that needs: it goes before the names change, and comes when they have changed back.
fn keepers(from: &Catalog, desired: &Catalog, between: &Catalog, moves: &[Move]) -> Vec<Id> {
    let is_ours = |it: &Id| from.get(it).is_none() && desired.get(it).is_none();
    let needed = |keeper: &Id| -> Vec<Id> {
        let table = keeper.path.split_last().map_or(&[][..], |it| it.1);
        between.needs(keeper).filter(|it| is_ours(it) && !it.path.starts_with(table)).cloned().collect()
    };
    let triggers = moves.iter().flat_map(|it| &it.doubled.keepers).map(|it| &it.trigger);
    triggers.flat_map(|it| [vec![it.clone()], needed(it)].concat()).collect()
}

/// Where all that goes comes back to large tables and is filled there: how what keeps it in step until then goes.
pub(super) fn ends(base: &Base, desired: &Catalog, moves: &[Move]) -> Result<Vec<String>> {
    let from = &base.catalog;
    let whole: Vec<&Move> = moves.iter().filter(|it| is_whole(it)).collect();
    let is_filled = |it: &&Move| {
        let table = from.get(&it.old).and_then(|it| it.parent.as_ref());
        let is_large = table.is_some_and(|it| base.sizes.is_large(it));
        is_large && it.doubled.back.is_some() && !it.doubled.is_lossy && it.doubled.turned.iter().all(Vec::is_empty)
    };
    if !whole.iter().all(is_filled) {
        return Ok(Vec::new());
    }
    let old = |it: &Move| if it.doubled.spare.is_some() { free(&it.old, "_old", &[from, desired]) } else { it.old.clone() };
    let ends = whole.into_iter().map(|it| ended(&old(it))).collect::<Result<Vec<_>>>()?;
    Ok(ends.concat())
}
