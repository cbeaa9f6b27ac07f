//! Renames that nobody need ask for: what goes and what comes are the same but for the name, or in one place.

use std::collections::{BTreeMap, BTreeSet};

use super::wanted::spare;
use super::{Clone, Pair, Renamed};
use crate::catalog::{Catalog, Id, Object};
use crate::diff::diff;
use crate::error::Result;
use crate::kinds::{Verb, kind};

/// How often renames that follow from what is left are looked for.
const ROUNDS: usize = 3;

/// Renames all that can be; where a name is not free, what nobody asked for is dropped and created as anything else, unless two have
/// each other's.
pub(super) async fn rename(clone: &mut Clone<'_>, from: &Catalog, renamed: &mut Renamed) -> Result<()> {
    let mut refused = in_rounds(clone, from, renamed).await?;
    while let Some(pair) = refused.pop_first() {
        let name = |id: &Id| id.path.get(kind(&id.kind).name_at(&id.path)).cloned();
        if !refused.iter().any(|other| other.0.kind == pair.0.kind && name(&other.0) == name(&pair.1)) {
            continue;
        }
        let before = renamed.clone();
        clone.database.run("SAVEPOINT exchanged").await?;
        if let Some(spare) = spare(&pair.0, &[renamed.base(from), clone.to])
            && let Ok(steps) = clone.step(renamed.base(from), &(pair.0.clone(), spare.clone()), &[]).await
        {
            renamed.there.extend(steps);
            clone.read(&[(pair.0.clone(), spare.clone())], from, renamed).await?;
            in_rounds(clone, from, renamed).await?;
            if renamed.base(from).get(&spare).is_none() {
                refused.retain(|it| renamed.base(from).get(&it.0).is_some());
                continue;
            }
        }
        clone.database.run("ROLLBACK TO SAVEPOINT exchanged").await?;
        *renamed = before;
    }
    Ok(())
}

/// The pairs whose new name is taken.
async fn in_rounds(clone: &mut Clone<'_>, from: &Catalog, renamed: &mut Renamed) -> Result<BTreeSet<Pair>> {
    let mut refused: BTreeSet<Pair> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut pairs = Vec::new();
        refused.clear();
        for pair in forced(renamed.base(from), clone.to) {
            clone.database.run("SAVEPOINT forced").await?;
            match clone.step(renamed.base(from), &pair, &[]).await {
                Ok(steps) if steps.is_empty() => {} // it follows another
                Ok(steps) => {
                    renamed.there.extend(steps);
                    pairs.push(pair);
                }
                Err(error) => {
                    tracing::debug!(%error, old = %pair.0, new = %pair.1, "not renamed");
                    clone.database.run("ROLLBACK TO SAVEPOINT forced").await?;
                    refused.insert(pair);
                }
            }
        }
        if pairs.is_empty() {
            break;
        }
        clone.read(&pairs, from, renamed).await?;
    }
    Ok(refused)
}

/// What goes, and its place where that is one of those.
type Going<'a> = (&'a Object, Option<Vec<Id>>);

/// Pairs of old and new id that are one object renamed: one goes and one comes in a place that PostgreSQL lets nothing leave, such
/// as a partition's index under its parent's; or both say the same but for their names, as two indexes may.
pub fn forced(from: &Catalog, to: &Catalog) -> Vec<Pair> {
    let changes = diff(from, to);
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let place = |state: &Catalog, id: &Id| state.get(id).and_then(|it| kind(&id.kind).place(it));
    let mut going: BTreeMap<&str, Vec<Going<'_>>> = BTreeMap::new();
    // What is another object's from now on leaves its name as what goes does: an index of the table that another takes the place of.
    let leaves = |id: &&Id| from.get(id).zip(to.get(id)).is_some_and(|(old, new)| old.parent != new.parent);
    for old in of(Verb::Drop).chain(of(Verb::Alter).filter(leaves)).filter_map(|it| from.get(it)) {
        going.entry(&old.id.kind).or_default().push((old, place(from, &old.id)));
    }
    let mut pairs: Vec<Pair> = Vec::new();
    for new in of(Verb::Create).filter_map(|it| to.get(it)) {
        let Some(going) = going.get_mut(new.id.kind.as_str()) else { continue };
        let here = place(to, &new.id).filter(|it| it.iter().all(|part| to.get(part).is_some() && from.get(part).is_some()));
        let same = |(old, place): &Going<'_>| (here.is_some() && here == *place) || kind(&new.id.kind).same_but_name(old, new);
        if let Some(position) = going.iter().position(same) {
            pairs.push((going.remove(position).0.id.clone(), new.id.clone()));
        }
    }
    pairs
}
