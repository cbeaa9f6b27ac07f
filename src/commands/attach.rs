//! A large table becomes a partition of one that takes its name, or a large partition gets another bound. What shows the bound is
//! brought first and goes at last, so that all else is one short transaction: nobody finds the name without the rows, or waits while
//! they are read.

use crate::catalog::{Catalog, Id, Object};
use crate::closure::context;
use crate::database::Database;
use crate::diff::diff;
use crate::engine::Base;
use crate::error::Result;
use crate::introspect::introspect_ours;
use crate::kinds::{Conditions, Shown, Verb, kind};
use crate::prove::{self, Asked, Proven};
use crate::renames::{self, Inform, Pair, Turns};
use crate::shadow::Shadow;
use crate::sizes::Sizes;
use crate::sql;
use crate::values::Scope;

use super::strategy::{Change, advanced};

/// The states on the way.
pub(super) struct Way {
    /// Now, with what shows it.
    before: Catalog,
    /// The desired state, with what shows it.
    after: Catalog,
    informs: Vec<Inform>,
}

/// The way, where a table goes it.
pub(super) async fn way(shadow: &mut Shadow, base: &mut Base, change: &Change<'_>) -> Result<Option<Way>> {
    let Change { desired, wanted, rules, .. } = *change;
    let comes = |it: &Object| base.catalog.get(&it.id).is_none() || renames::gives_way(&it.id, &base.catalog, desired);
    let is_whole = |it: &Object| it.attrs.get("partition_key").is_some();
    let turns = !wanted.is_empty() && desired.objects.values().any(|it| is_whole(it) && comes(it));
    if !turns && shown(&base.catalog, &base.sizes, base, change, &[]).is_empty() {
        return Ok(None);
    }
    let mut clone = base.clone_of(shadow).await?;
    let none = Turns::default();
    let renamed = renames::rename(&mut clone, &base.catalog, desired, wanted, &none, &base.server, rules).await?;
    let from = renamed.base(&base.catalog);
    let sizes = renamed.sizes(&base.sizes).of_those_in(from);
    let shown = shown(from, &sizes, base, change, renamed.pairs());
    let found = if shown.is_empty() { None } else { Some(stood(&mut clone, change, &shown, renamed.pairs()).await?) };
    base.give_back(clone);
    Ok(found)
}

/// What is to be shown of tables that give way, and of those that stay what they are.
fn shown(from: &Catalog, sizes: &Sizes, base: &Base, change: &Change<'_>, pairs: &[Pair]) -> Vec<Shown> {
    let desired = change.desired;
    let changes = diff(from, desired);
    let conditions = Conditions { sizes, ..Conditions::ours(&base.server) };
    let context = context(from, desired, &changes, &conditions);
    let gives_way = |it: &Shown| pairs.iter().any(|pair| pair.1 == it.table && desired.get(&pair.0).is_some());
    let of = |(id, verb): (&Id, &Verb)| {
        let shown = kind(&id.kind).shows(desired.get(id)?, &context)?;
        (*verb == Verb::Alter || gives_way(&shown)).then_some(shown)
    };
    changes.iter().filter_map(of).collect()
}

/// Brings what shows it to a clone, under the names that things have now, and reads what that gives.
async fn stood(clone: &mut Database, change: &Change<'_>, shown: &[Shown], pairs: &[Pair]) -> Result<Way> {
    let was = |it: &Shown| pairs.iter().rev().fold(it.table.clone(), |id, pair| if pair.1 == id { pair.0.clone() } else { id });
    clone.run("BEGIN").await?;
    for it in shown {
        clone.run(&format!("ALTER TABLE {} {}", sql::path(&was(it).path), it.clause)).await?;
    }
    let before = change.rules.apply(introspect_ours(clone).await?).0;
    clone.run("ROLLBACK").await?;
    let mut after = change.desired.clone();
    for it in shown {
        let path = [&was(it).path[..], &it.check.path[2..]].concat();
        if let Some(object) = before.get(&Id { kind: it.check.kind.clone(), path }) {
            after.objects.insert(
                it.check.clone(),
                Object { id: it.check.clone(), parent: Some(it.table.clone()), attrs: object.attrs.clone() },
            );
            let own = |need: &Id| Id {
                kind: need.kind.clone(),
                path: [&it.table.path[..], need.path.get(2..).unwrap_or_default()].concat(),
            };
            after.needs.insert(it.check.clone(), before.needs(&object.id).map(own).collect());
        }
    }
    let informs = shown.iter().map(|it| (it.check.clone(), it.told, true.into())).collect();
    Ok(Way { before, after, informs })
}

/// Proves all three steps.
pub(super) async fn proven(shadow: &mut Shadow, base: &mut Base, change: &Change<'_>, way: &Way) -> Result<Proven> {
    let Change { desired, wanted, checks, archive, scope, rules, .. } = *change;
    let asked = Asked { archive, scope, ..Asked::default() };
    let first = prove::prove(shadow, base, &way.before, rules, &asked).await?;
    advanced(base, &first)?;
    let behind = |proven: &Proven| archive.map(|it| it + u32::try_from(proven.parts.len()).unwrap_or_default());
    // Where it is shown there are no real rows yet.
    let scope = Scope { sample: None, ..scope };
    let turns = Turns { informs: way.informs.clone(), ..Turns::default() };
    let asked = Asked { archive: behind(&first), renames: wanted, turns: &turns, scope, ..Asked::default() };
    let second = prove::prove(shadow, base, &way.after, rules, &asked).await?;
    advanced(base, &second)?;
    let proven = first.then(second);
    let asked = Asked { archive: behind(&proven), checks, turns: &turns, scope, ..Asked::default() };
    let last = prove::prove(shadow, base, desired, rules, &asked).await?;
    Ok(proven.then(last))
}
