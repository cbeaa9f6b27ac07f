//! What moves to another schema as it is: all that refers to its parts follows by itself, and is read anew where it is then.

use std::collections::BTreeMap;

use super::{Clone, Renamed};
use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::error::Result;
use crate::kinds::{Conditions, Manner, Step, Verb, kind};
use crate::plan::{Planned, group};

/// What stays, but for its place: the object before, that place, the statement and the one that undoes it.
fn moving<'a>(from: &'a Catalog, to: &'a Catalog) -> impl Iterator<Item = (&'a Object, Id, Step, Step)> {
    from.objects.values().filter_map(|old| {
        let new = to.get(&old.id)?;
        let (place, there) = kind(&old.id.kind).moved(old, new)?;
        Some((old, place, there, kind(&old.id.kind).moved(new, old)?.1))
    })
}

/// Whether anything moves.
pub(super) fn is_any(from: &Catalog, to: &Catalog) -> bool {
    moving(from, to).next().is_some()
}

/// Moves all that can be; what cannot is altered as anything else.
pub(super) async fn move_all(clone: &mut Clone<'_>, from: &Catalog, renamed: &mut Renamed) -> Result<()> {
    let base = renamed.base(from).clone();
    for (old, place, there, back) in moving(&base, clone.to) {
        clone.database.run("SAVEPOINT moved").await?;
        let before = clone.made.clone();
        match move_one(clone, &base, old, &place, [there, back]).await {
            Ok([there, back]) => {
                renamed.there.extend(there);
                renamed.back.splice(0..0, back);
            }
            Err(error) => {
                tracing::debug!(%error, object = %old.id, "not moved");
                clone.database.run("ROLLBACK TO SAVEPOINT moved").await?;
                clone.made = before;
            }
        }
    }
    clone.read(&[], from, renamed).await
}

/// Moves one, and makes its place before where that is missing. The steps there and back.
async fn move_one(
    clone: &mut Clone<'_>,
    base: &Catalog,
    old: &Object,
    place: &Id,
    [there, back]: [Step; 2],
) -> Result<[Vec<Planned>; 2]> {
    let to = clone.to;
    let changes = BTreeMap::new();
    let planned = |verb, id: &Id, step| Planned { verb, id: id.clone(), group: group(base, to, id), step };
    let mut steps = [vec![planned(Verb::Alter, &old.id, there)], vec![planned(Verb::Alter, &old.id, back)]];
    let missing = base.get(place).is_none() && clone.made.insert(place.clone());
    if let Some(object) = to.get(place).filter(|_| missing) {
        let conditions = Conditions { manner: Manner::Tolerant, ..Conditions::ours(clone.server) };
        let strict = Conditions::ours(clone.server);
        let created = kind(&place.kind).create(object, &[], &context(base, to, &changes, &strict))?;
        let dropped = kind(&place.kind).drop(object, &context(to, base, &changes, &conditions))?;
        steps[0].splice(0..0, created.into_iter().map(|it| planned(Verb::Create, place, it)));
        steps[1].extend(dropped.into_iter().map(|it| planned(Verb::Drop, place, it)));
    }
    for text in steps[0].iter().map(|it| it.step.sql.text()) {
        clone.database.run(&text).await?;
    }
    Ok(steps)
}
