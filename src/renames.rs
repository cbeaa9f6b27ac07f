//! Objects that keep what they hold under another name.
//!
//! Renames come before everything else: they run on the clone, the state they lead to is read, and the plan starts from there. So
//! whatever PostgreSQL changes along with a name is measured and not guessed. They run in rounds: a column of a table that is
//! renamed is found once the table has its new name.

mod at_once;
mod candidates;
mod evidence;
mod forced;
mod moved;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::introspect::introspect_ours;
use crate::kinds::{Conditions, Manner, Server, Step, Turned, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::rules::Rules;
use crate::sizes::Sizes;

pub use candidates::{Candidate, candidates, unambiguous};
pub use evidence::{Evidence, Rank, weighed};
pub use forced::forced;
pub use wanted::{Wanted, flag, gives_way, hint, of_answer, of_flag, of_hints};

/// What renaming gives, and the statements for it.
#[derive(Debug, Clone, Default)]
pub struct Renamed {
    /// Hints that no longer apply.
    pub notes: Vec<String>,
    /// The state with the new names; none where nothing is renamed.
    catalog: Option<Catalog>,
    pairs: Vec<Pair>,
    there: Vec<Planned>,
    back: Vec<Planned>,
    informs: Vec<Inform>,
    needs: Vec<Needed>,
    settle: Vec<String>,
    ends: Vec<String>,
    ends_step: bool,
}

/// What an object is told besides what the catalog says of it: an attribute that is information.
pub type Inform = (Id, &'static str, serde_json::Value);

/// Renames that are known before, one round after the other: what one frees the next may take.
#[derive(Debug, Clone, Default)]
pub struct Turns {
    /// Objects that are not there while names change: they go first, and in the way back come last.
    pub without: Vec<Id>,
    /// The rounds.
    pub rounds: Vec<Vec<Pair>>,
    /// What happens right before the rounds, and what right after.
    pub turned: [Vec<Turned>; 2],
    /// What objects are told under the names that they have then.
    pub informs: Vec<Inform>,
    /// What objects need besides what the catalog says.
    pub needs: Vec<Needed>,
    /// What brings rows in step that came past what keeps them so.
    pub settle: Vec<String>,
    /// The statements by which what keeps rows in step on the way back goes, where that runs statement by statement.
    pub ends: Vec<String>,
}

impl Turns {
    /// Whether names change, or what belongs to that.
    pub fn change_names(&self) -> bool {
        !self.rounds.is_empty() || !self.without.is_empty() || self.turned.iter().any(|it| !it.is_empty())
    }
}

/// Old and new id of what is renamed.
pub type Pair = (Id, Id);

/// Renames on a clone what was asked for and what follows from what is left, and reads what that gives; the clone is as it was
/// afterwards.
pub async fn rename(
    database: &mut Database,
    from: &Catalog,
    to: &Catalog,
    wanted: &[Wanted],
    turns: &Turns,
    server: &Server,
    rules: &Rules,
) -> Result<Renamed> {
    let mut renamed =
        Renamed { informs: turns.informs.clone(), settle: turns.settle.clone(), ends: turns.ends.clone(), ..Renamed::default() };
    (renamed.needs, renamed.ends_step) = (turns.needs.clone(), !turns.without.is_empty());
    if wanted.is_empty() && !turns.change_names() && !moved::is_any(from, to) && forced(from, to).is_empty() {
        return Ok(renamed);
    }
    let mut clone = Clone { database, to, server, rules, made: BTreeSet::new() };
    clone.database.run("BEGIN").await?;
    let done = match in_turn(&mut clone, from, turns, &mut renamed).await {
        Ok(()) => in_rounds(&mut clone, from, wanted, &mut renamed).await,
        Err(error) => Err(error),
    };
    clone.database.run("ROLLBACK").await?;
    done.map(|()| renamed)
}

async fn in_turn(clone: &mut Clone<'_>, from: &Catalog, turns: &Turns, renamed: &mut Renamed) -> Result<()> {
    let changes = BTreeMap::new();
    let mut back = Vec::new();
    for object in turns.without.iter().filter_map(|it| from.get(it)) {
        let conditions = Conditions { manner: Manner::Tolerant, ..Conditions::ours(clone.server) };
        let (there, again) =
            (context(from, clone.to, &changes, &Conditions::ours(clone.server)), context(clone.to, from, &changes, &conditions));
        let planned = |verb, step| Planned { verb, id: object.id.clone(), group: group(from, from, &object.id), step };
        let dropped: Vec<Planned> =
            kind(&object.id.kind).drop(object, &there)?.into_iter().map(|it| planned(Verb::Drop, it)).collect();
        for it in &dropped {
            clone.database.run(&it.step.sql.text()).await?;
        }
        renamed.there.extend(dropped);
        let created = kind(&object.id.kind).create(object, &[], &again)?;
        back.splice(0..0, created.into_iter().map(|it| planned(Verb::Create, it)));
    }
    if !turns.without.is_empty() {
        clone.read(&[], from, renamed).await?;
        renamed.back = back;
    }
    turn(clone, from, &turns.turned[0], renamed).await?;
    for pairs in &turns.rounds {
        for pair in pairs {
            renamed.there.extend(clone.step(renamed.base(from), pair, pairs).await?);
        }
        clone.read(pairs, from, renamed).await?;
    }
    turn(clone, from, &turns.turned[1], renamed).await
}

/// Runs what belongs to a change of names.
async fn turn(clone: &mut Clone<'_>, from: &Catalog, turned: &[Turned], renamed: &mut Renamed) -> Result<()> {
    let mut back = Vec::new();
    for it in turned {
        let group = group(from, from, &it.of);
        let planned = |step: &Step| Planned { verb: Verb::Alter, id: it.of.clone(), group: group.clone(), step: step.clone() };
        for sql in it.there.iter().map(|it| it.sql.text()) {
            clone.database.run(&sql).await.map_err(|it| it.note(format!("statement: {sql}")))?;
        }
        renamed.there.extend(it.there.iter().map(planned));
        back.splice(0..0, it.back.iter().map(planned));
    }
    if !turned.is_empty() {
        clone.read(&[], from, renamed).await?;
        renamed.back.splice(0..0, back);
    }
    Ok(())
}

async fn in_rounds(clone: &mut Clone<'_>, from: &Catalog, wanted: &[Wanted], renamed: &mut Renamed) -> Result<()> {
    let to = clone.to;
    let (mut open, mut done): (Vec<&Wanted>, Vec<Pair>) = (wanted.iter().collect(), Vec::new());
    let mut asides = 0;
    loop {
        let (mut pairs, left) = wanted::resolve(renamed.base(from), to, &open, wanted, &done)?;
        if pairs.is_empty() && asides < wanted.len() {
            asides += 1;
            pairs.extend(wanted::aside(renamed.base(from), to, &open, &done));
        }
        if pairs.is_empty() {
            break;
        }
        for pair in &pairs {
            let ran = clone.step(renamed.base(from), pair, &pairs).await;
            let steps = ran.map_err(|it| it.within("a rename fails on a clone of the database"))?;
            renamed.there.extend(steps);
        }
        clone.read(&pairs, from, renamed).await?;
        (open, done) = (left, [done, pairs].concat());
    }
    for it in open {
        renamed.notes.push(it.unmet()?);
    }
    if moved::is_any(renamed.base(from), to) {
        moved::move_all(clone, from, renamed).await?;
    }
    forced::rename(clone, from, renamed).await
}

/// A clone with a transaction open, in which names are changed.
struct Clone<'a> {
    database: &'a mut Database,
    to: &'a Catalog,
    server: &'a Server,
    rules: &'a Rules,
    /// What was made for others to be moved into it.
    made: BTreeSet<Id>,
}

impl Clone<'_> {
    /// Renames one object, in the same round as `others`; what it is moved into is made before. The steps for it.
    async fn step(&mut self, state: &Catalog, (old, new): &Pair, others: &[Pair]) -> Result<Vec<Planned>> {
        let changes = BTreeMap::new();
        let context = context(state, self.to, &changes, &Conditions::ours(self.server));
        let mut steps = Vec::new();
        let made = |it: &Id| self.made.contains(it) || others.iter().any(|pair| pair.1 == *it);
        if let Some(place) = moved_into(state, self.to, new).filter(|it| !made(it))
            && let Some(object) = self.to.get(place)
        {
            self.made.insert(place.clone());
            let made = kind(&place.kind).create(object, &[], &context)?;
            steps.extend(made.into_iter().map(|step| Planned {
                verb: Verb::Create,
                id: place.clone(),
                group: place.clone(),
                step,
            }));
        }
        let group = group(state, state, &whole(state, old));
        let planned = |step: Step| Planned { verb: Verb::Alter, id: whole(self.to, new), group: group.clone(), step };
        steps.extend(kind(&old.kind).rename(old, new, &context).into_iter().map(planned));
        for text in steps.iter().map(|it| it.step.sql.text()) {
            self.database.run(&text).await.map_err(|it| it.note(format!("statement: {text}")))?;
        }
        Ok(steps)
    }

    /// Reads the state that the pairs of a round led to, and finds the way back.
    async fn read(&mut self, pairs: &[Pair], from: &Catalog, renamed: &mut Renamed) -> Result<()> {
        let mut after = self.rules.apply(introspect_ours(self.database).await?).0;
        renamed.inform(&mut after);
        let before = renamed.base(from);
        let changes = BTreeMap::new();
        let conditions = Conditions { manner: Manner::Tolerant, ..Conditions::ours(self.server) };
        let context = context(&after, before, &changes, &conditions);
        let mut back = Vec::new();
        for (old, new) in pairs.iter().rev() {
            let group = group(before, before, &whole(before, old));
            let planned = |step: Step| Planned { verb: Verb::Alter, id: whole(before, old), group: group.clone(), step };
            back.extend(kind(&old.kind).rename(new, old, &context).into_iter().map(planned));
        }
        let made: BTreeSet<&Id> = pairs.iter().filter_map(|it| moved_into(before, &after, &it.1)).collect();
        let made = made.into_iter().filter(|it| !pairs.iter().any(|pair| pair.1 == **it));
        for object in made.filter_map(|it| after.get(it)) {
            let dropped = kind(&object.id.kind).drop(object, &context)?;
            let planned = |step| Planned { verb: Verb::Drop, id: object.id.clone(), group: object.id.clone(), step };
            back.extend(dropped.into_iter().map(planned));
        }
        renamed.back.splice(0..0, back);
        renamed.pairs.extend(pairs.iter().cloned());
        renamed.catalog = Some(after);
        Ok(())
    }
}

/// Tells objects what they are to know.
pub fn inform(catalog: &mut Catalog, informs: &[Inform]) {
    for (id, name, value) in informs {
        if let Some(attrs) = catalog.objects.get_mut(id).and_then(|it| it.attrs.as_object_mut()) {
            attrs.insert((*name).to_owned(), value.clone());
        }
    }
}

/// What stands on something new needs what keeps that in step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// What stands on it.
    pub of: Id,
    /// What is new.
    pub new: Id,
    /// What keeps that in step.
    pub keeper: Id,
}

/// Tells objects what they need, as far as they stand on what is new.
pub fn need(catalog: &mut Catalog, needs: &[Needed]) {
    for Needed { of, new, keeper } in needs {
        let is_part = catalog.get(of).is_some_and(|it| it.parent.as_ref() == Some(new));
        let stands = catalog.needs(of).any(|it| it == new);
        if catalog.get(keeper).is_some() && catalog.get(of).is_some() && (is_part || stands) {
            catalog.needs.entry(of.clone()).or_default().insert(keeper.clone());
        }
    }
}

/// What `new` stands in, where that is not there yet.
fn moved_into<'a>(state: &Catalog, to: &'a Catalog, new: &Id) -> Option<&'a Id> {
    to.get(new)?.parent.as_ref().filter(|it| state.get(it).is_none())
}

/// The object, or the one that a label is in.
fn whole(state: &Catalog, id: &Id) -> Id {
    match id.path.split_last() {
        Some((_, path)) if state.get(id).is_none() && state.get(&Id::new(&id.kind, path)).is_some() => Id::new(&id.kind, path),
        _ => id.clone(),
    }
}

/// Whether there is an object, or a label in one, of that name.
fn has(state: &Catalog, id: &Id) -> bool {
    state.get(id).is_some() || is_label(state, id)
}

/// Whether it is the name of a label inside an object.
pub fn is_label(state: &Catalog, id: &Id) -> bool {
    let whole = id.path.split_last().and_then(|(label, path)| Some((label, state.get(&Id::new(&id.kind, path))?)));
    whole.is_some_and(|(label, object)| kind(&object.id.kind).labels(object).contains(label))
}

impl Renamed {
    /// The state from which the plan starts and to which the way back leads, before the names are changed again.
    pub fn base<'a>(&'a self, from: &'a Catalog) -> &'a Catalog {
        self.catalog.as_ref().unwrap_or(from)
    }

    /// Tells objects what they are to know besides what the catalog says of them.
    pub fn inform(&self, catalog: &mut Catalog) {
        inform(catalog, &self.informs);
        need(catalog, &self.needs);
    }

    /// Brings seeded rows in step; one that cannot be stays as it is.
    pub async fn settle(&self, database: &mut Database) {
        for statement in &self.settle {
            let failed = database.run(statement).await.err();
            tracing::debug!(?failed, %statement);
        }
    }

    /// Whether what keeps rows in step goes with the old names: from then on they are no more.
    pub fn ends_step(&self) -> bool {
        self.ends_step
    }

    /// What is renamed: old and new id.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The sizes under the new names.
    pub fn sizes(&self, sizes: &Sizes) -> Sizes {
        self.pairs.iter().fold(sizes.clone(), |sizes, (old, new)| sizes.renamed(&old.path, &new.path))
    }

    /// Changes by their ids, also by those that are theirs where the old names are given back.
    pub fn also_as_before(&self, changes: &BTreeMap<Id, Verb>) -> BTreeMap<Id, Verb> {
        let before = |id: &Id| Id { kind: id.kind.clone(), path: self.path_before(id) };
        changes.iter().flat_map(|(id, verb)| [(before(id), *verb), (id.clone(), *verb)]).collect()
    }

    /// The path of an object before anything is renamed.
    pub fn path_before(&self, id: &Id) -> Vec<String> {
        let rest = |path: &[String], (old, new): &Pair| Some([&old.path[..], path.strip_prefix(new.path.as_slice())?].concat());
        self.pairs.iter().rev().fold(id.path.clone(), |path, pair| rest(&path, pair).unwrap_or(path))
    }

    /// The statements that give the new names.
    pub fn statements(&self) -> Vec<String> {
        self.there.iter().map(|it| it.step.sql.text()).collect()
    }

    /// The plan with the renames before it.
    #[must_use]
    pub fn before(&self, mut plan: Plan) -> Plan {
        plan.steps.splice(0..0, self.there.iter().cloned());
        plan.changes.extend(self.there.iter().map(|it| (it.id.clone(), it.verb)));
        plan
    }

    /// The plan for the way back with the old names given back after it.
    #[must_use]
    pub fn after(&self, mut plan: Plan) -> Plan {
        plan.changes.extend(self.back.iter().map(|it| (it.id.clone(), it.verb)));
        if !self.ends.is_empty() && !plan.is_transactional() {
            return at_once::ended(plan, &self.ends, &self.back);
        }
        plan.steps.extend(self.back.iter().cloned());
        plan
    }
}

impl Wanted {
    /// What to say where nothing is found for it: a hint is a note, a flag an error.
    fn unmet(&self) -> Result<String> {
        if self.is_hint {
            return Ok(format!("{}: the hint no longer applies and can be removed", self.said));
        }
        let error = Error::new(format!("{}: nothing of that name goes while something of the other name comes", self.said));
        Err(error.help("write --rename schema.old=new, or schema.table.old=new for a column"))
    }
}
