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
use crate::kinds::{Conditions, Manner, Server, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::rules::Rules;
use crate::sizes::Sizes;

/// What renaming gives, and the statements for it.
#[derive(Debug, Clone, Default)]
pub struct Renamed {
    /// The state with the new names; none where nothing is renamed.
    catalog: Option<Catalog>,
    pairs: Pairs,
    there: Vec<Planned>,
    back: Vec<Planned>,
}

/// Old and new id of what is renamed, in the order in which it is done.
pub type Pairs = Vec<(Id, Id)>;

/// A rename that the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The kind of object; any when it was not said.
    pub kind: Option<String>,
    /// Its names now, from the outermost in; of a hint, which knows no more, the last one.
    pub old: Vec<String>,
    /// Its names after, from the outermost in, or the last one.
    pub new: Vec<String>,
    /// Where it was said: a flag or a place in the schema folder.
    pub said: String,
    /// A hint that no longer applies is a note; a flag that does not apply is an error.
    pub is_hint: bool,
}

/// Finds what the wanted renames speak of, tables before their columns; the notes are about hints that do not apply.
pub fn resolve(from: &Catalog, to: &Catalog, wanted: &[Wanted]) -> Result<(Pairs, Vec<String>)> {
    let (mut pairs, mut notes): (Pairs, Vec<String>) = (Vec::new(), Vec::new());
    let mut sorted: Vec<&Wanted> = wanted.iter().collect();
    sorted.sort_by_key(|it| it.old.len().max(it.new.len()));
    for it in sorted {
        let new = |it: &Wanted, old: &[String]| match it.new.as_slice() {
            [name] => [&old[..old.len() - 1], std::slice::from_ref(name)].concat(),
            path => path.to_vec(),
        };
        // What a name was before the renames so far.
        let before = |id: &Id| {
            pairs.iter().rfind(|pair| id.path.starts_with(&pair.1.path)).map_or_else(
                || id.clone(),
                |(old, new)| Id { kind: id.kind.clone(), path: [&old.path, &id.path[new.path.len()..]].concat() },
            )
        };
        let of_kind = |id: &&Id| it.kind.as_ref().is_none_or(|kind| *kind == id.kind) && !kind(&id.kind).follows_parent();
        let found: Pairs = to
            .objects
            .keys()
            .filter(of_kind)
            .filter(|id| from.get(&before(id)).is_none())
            .filter_map(|id| {
                let old = if it.is_hint {
                    if id.path != it.new {
                        return None;
                    }
                    [&id.path[..id.path.len() - 1], &it.old[..]].concat()
                } else {
                    let old = if it.old.len() < id.path.len() {
                        [&["public".to_owned()], &it.old[..]].concat()
                    } else {
                        it.old.clone()
                    };
                    if old.is_empty() || new(it, &old) != id.path {
                        return None;
                    }
                    old
                };
                let old = Id { kind: id.kind.clone(), path: old };
                (from.get(&before(&old)).is_some() && to.get(&old).is_none()).then(|| (old, id.clone()))
            })
            .collect();
        match found.as_slice() {
            [pair] => pairs.push(pair.clone()),
            [] if it.is_hint => notes.push(format!("{}: the hint no longer applies and can be removed", it.said)),
            [] => {
                return Err(Error::new(format!(
                    "{}: nothing of that name goes while something of the other name comes",
                    it.said
                ))
                .help("write --rename schema.old=new, or schema.table.old=new for a column"));
            }
            many => {
                let names: Vec<String> = many.iter().map(|it| it.0.to_string()).collect();
                return Err(Error::new(format!("{} may mean {}", it.said, names.join(" or ")))
                    .help("say it with a hint above the object in the schema folder: -- schemagen: renamed from old"));
            }
        }
    }
    Ok((pairs, notes))
}

/// Pairs of old and new id that are one object renamed: one goes and one comes in a place that PostgreSQL lets nothing leave, such
/// as a partition's index under its parent's; or both say the same but for their names, as two indexes may.
pub fn forced(from: &Catalog, to: &Catalog) -> Pairs {
    let changes = diff(from, to);
    let of = |verb: Verb| changes.iter().filter(move |it| *it.1 == verb).map(|it| it.0);
    let place = |state: &Catalog, id: &Id| state.get(id).and_then(|it| kind(&id.kind).place(it));
    let going: Vec<&Id> = of(Verb::Drop).collect();
    let mut pairs: Pairs = Vec::new();
    for new in of(Verb::Create) {
        let Some(object) = to.get(new) else { continue };
        let here = place(to, new).filter(|it| it.iter().all(|part| to.get(part).is_some() && from.get(part).is_some()));
        let same = |old: &&&Id| {
            let same_place = here.is_some() && here == place(from, old);
            let same_words = || from.get(old).is_some_and(|it| kind(&new.kind).same_but_name(it, object));
            old.kind == new.kind && (same_place || same_words()) && !pairs.iter().any(|it| it.0 == ***old)
        };
        if let Some(old) = going.iter().find(same) {
            pairs.push(((*old).clone(), new.clone()));
        }
    }
    pairs
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
        let step =
            kind(&old.kind).rename(old, new, &context(from, from, &changes, &Conditions { manner, ..Conditions::ours(server) }));
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
    renamed.pairs = pairs.to_vec();
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

    /// The sizes under the new names.
    pub fn sizes(&self, sizes: &Sizes) -> Sizes {
        self.pairs.iter().fold(sizes.clone(), |sizes, (old, new)| sizes.renamed(&old.path, &new.path))
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
