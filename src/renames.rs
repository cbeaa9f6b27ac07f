//! Objects that keep what they hold under another name.
//!
//! Renames come before everything else: they run on the clone, the state they lead to is read, and the plan starts from there. So
//! whatever PostgreSQL changes along with a name is measured and not guessed.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::database::Database;
use crate::diff::diff;
use crate::error::{Error, Result};
use crate::introspect::introspect_ours;
use crate::kinds::{Manner, Server, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::rules::Rules;

/// What renaming gives, and the statements for it.
#[derive(Debug, Clone, Default)]
pub struct Renamed {
    /// The state with the new names; none where nothing is renamed.
    catalog: Option<Catalog>,
    there: Vec<Planned>,
    back: Vec<Planned>,
}

/// Pairs of old and new id that can only be one object renamed: one goes and one comes in a place that PostgreSQL lets nothing
/// leave, such as a partition's index under its parent's.
pub fn forced(from: &Catalog, to: &Catalog) -> Vec<(Id, Id)> {
    let changes = diff(from, to);
    let place = |state: &Catalog, id: &Id| state.get(id).and_then(|it| Some((id.kind.clone(), kind(&id.kind).place(it)?)));
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let mut going: BTreeMap<_, Vec<&Id>> = BTreeMap::new();
    for id in of(Verb::Drop) {
        if let Some(it) = place(from, id).filter(|it| it.1.iter().all(|part| to.get(part).is_some())) {
            going.entry(it).or_default().push(id);
        }
    }
    let pair = |new: &Id| match going.get(&place(to, new)?).map(Vec::as_slice) {
        Some([old]) => Some(((*old).clone(), new.clone())),
        _ => None,
    };
    of(Verb::Create).filter_map(pair).collect()
}

/// Renames on a clone and reads what that gives; the clone is as it was afterwards.
pub async fn measure(
    database: &mut Database,
    from: &Catalog,
    pairs: &[(Id, Id)],
    server: &Server,
    rules: &Rules,
) -> Result<Renamed> {
    let mut renamed = Renamed::default();
    if pairs.is_empty() {
        return Ok(renamed);
    }
    let changes = BTreeMap::new();
    let planned = |old: &Id, new: &Id, id: &Id, manner: Manner| {
        let step = kind(&old.kind).rename(old, new, &context(from, from, &changes, server, manner));
        let step = step.ok_or_else(|| Error::new(format!("{old} cannot be renamed")))?;
        Ok::<_, Error>(Planned { verb: Verb::Alter, id: id.clone(), group: group(from, from, &pairs_old(pairs, id)), step })
    };
    for (old, new) in pairs {
        renamed.there.push(planned(old, new, new, Manner::Strict)?);
        renamed.back.insert(0, planned(new, old, new, Manner::Tolerant)?);
    }
    database.run("BEGIN").await?;
    let text = |it: &Planned| it.step.sql.text();
    for step in &renamed.there {
        if let Err(error) = database.run(&text(step)).await {
            database.run("ROLLBACK").await?;
            return Err(error.within("a rename fails on a clone of the database").note(format!("statement: {}", text(step))));
        }
    }
    let catalog = introspect_ours(database).await;
    database.run("ROLLBACK").await?;
    renamed.catalog = Some(rules.apply(catalog?).0);
    Ok(renamed)
}

/// The old id of what is renamed to `id`.
fn pairs_old(pairs: &[(Id, Id)], id: &Id) -> Id {
    pairs.iter().find(|it| it.1 == *id).map_or_else(|| id.clone(), |it| it.0.clone())
}

impl Renamed {
    /// The state from which the plan starts and to which the way back leads, before the names are changed again.
    pub fn base<'a>(&'a self, from: &'a Catalog) -> &'a Catalog {
        self.catalog.as_ref().unwrap_or(from)
    }

    /// The plan with the renames before it.
    #[must_use]
    pub fn before(&self, mut plan: Plan) -> Plan {
        plan.steps.splice(0..0, self.there.iter().cloned());
        plan.changes.extend(self.there.iter().map(|it| (it.id.clone(), Verb::Alter)));
        plan
    }

    /// The plan for the way back with the old names given back after it.
    #[must_use]
    pub fn after(&self, mut plan: Plan) -> Plan {
        plan.steps.extend(self.back.iter().cloned());
        plan.changes.extend(self.back.iter().map(|it| (it.id.clone(), Verb::Alter)));
        plan
    }
}
