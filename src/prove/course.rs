//! The course of a proof: there, back and there again, until the plans of all files lead exactly where they should.

use std::collections::BTreeMap;

use super::analyzed;
use super::asserted::Rows;
use super::in_order::{in_order, is_gone};
use super::published;
use super::recompiled;
use super::run::{needs_commit, run, run_watched};
use super::stays::stays;
use super::touched;
use crate::archive::{self, Archive};
use crate::catalog::{Catalog, Id};
use crate::database::Database;
use crate::diff::diff;
use crate::engine::differences;
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::impact::{Basis, Impacts, Watch};
use crate::introspect::introspect_ours;
use crate::kinds::{Conditions, Manner, Reading, Server, Verb};
use crate::parts;
use crate::plan::{Plan, Planned, plan};
use crate::renames::Renamed;
use crate::rules::Rules;
use crate::sizes::Sizes;
use crate::spelling;

/// One file before it is proven.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) up: Plan,
    pub(super) down: Option<Plan>,
    /// What it keeps of what it drops.
    pub(super) archive: Archive,
    /// What both do, measured on tables without rows.
    pub(super) impacts: Impacts,
    /// What its rollback leaves another than it was.
    pub(super) stays: Vec<String>,
    /// It begins with the other names.
    pub(super) renames: bool,
}

/// What is to be proven, and under which conditions.
pub(super) struct Course<'a> {
    pub(super) from: &'a Catalog,
    pub(super) desired: &'a Catalog,
    pub(super) rules: &'a Rules,
    pub(super) server: &'a Server,
    pub(super) sizes: &'a Sizes,
    /// The same for the way back.
    pub(super) back: &'a Sizes,
    pub(super) renamed: &'a Renamed,
    /// The number of the first file, where copies of what goes are wanted.
    pub(super) archive: Option<u32>,
}

impl Course<'_> {
    fn conditions(&self, manner: Manner) -> Conditions<'_> {
        Conditions { sizes: self.sizes, manner, ..Conditions::ours(self.server) }
    }

    /// The way there.
    pub(super) fn plan(&self) -> Result<Plan> {
        plan(self.renamed.base(self.from), self.desired, &self.conditions(Manner::Strict))
    }

    /// The files of the way there: renames first, copies of what goes in the file in which it goes, and `checks` at the end. What keeps
    /// old and new in step stays until what takes long is done: copies come before names change hands.
    pub(super) fn drafts(&self, mut plan: Plan, checks: Vec<Planned>) -> Vec<Draft> {
        let from = self.renamed.base(self.from);
        let analyzed = analyzed::after(&mut plan, from, self.desired, &self.conditions(Manner::Strict));
        let (mut drafts, mut ahead): (Vec<Draft>, Vec<Draft>) = (Vec::new(), Vec::new());
        for up in parts::parts(plan) {
            self.draft(up, from, &mut drafts, &mut ahead);
        }
        let renames = self.renamed.before(Plan::default());
        match drafts.first_mut() {
            Some(first) if parts::fits(&renames, &first.up) => first.up = self.renamed.before(std::mem::take(&mut first.up)),
            _ => drafts.insert(0, Draft { up: renames, ..Draft::default() }),
        }
        drafts[0].renames = true;
        recompiled::into(&mut drafts, self.from, from, self.desired);
        for number in 0..drafts.len() {
            let (before, rest) = drafts.split_at_mut(number);
            let before = || before.iter().flat_map(|it| &it.up.steps).map(|it| (it.verb, &it.id));
            let draft = &mut rest[0];
            let renamed = Some(self.renamed).filter(|it| draft.renames && !it.pairs().is_empty());
            draft.up = in_order(std::mem::take(&mut draft.up), from, renamed, |it| !is_gone(it, before()));
        }
        drafts.last_mut().into_iter().for_each(|it| it.up.steps.extend(checks.iter().cloned()));
        add(&mut drafts, Plan { steps: analyzed, ..Plan::default() });
        ahead.into_iter().chain(drafts).collect()
    }

    /// Adds a file with copies of what goes by it, and before it one that keeps what would take long to copy: before all files where it
    /// is read under its old name.
    fn draft(&self, up: Plan, from: &Catalog, drafts: &mut Vec<Draft>, ahead: &mut Vec<Draft>) {
        let number = self.archive.zip(u32::try_from(drafts.len()).ok()).map(|(first, count)| first + count);
        let reading =
            if self.renamed.ends_step() { Reading { pairs: self.renamed.pairs(), sampled: None } } else { Reading::default() };
        let conditions = Conditions { reading, ..self.conditions(Manner::Strict) };
        let archive = number.map(|it| Archive::of(&up, from, self.desired, &conditions, it)).unwrap_or_default();
        if let Some((kept, archive)) = archive.ahead() {
            let files = if self.renamed.ends_step() { ahead } else { &mut *drafts };
            match files.last_mut() {
                Some(last) if !last.up.is_transactional() => {
                    parts::extend(&mut last.up, kept);
                    last.archive.join(archive);
                }
                _ => files.push(Draft { up: kept, archive, ..Draft::default() }),
            }
        }
        drafts.push(Draft { up: archive.before(up).locked_at_once(from), archive, ..Draft::default() });
    }

    /// One run there, back and there again. `None` when the plans had to be completed: then all is run anew.
    pub(super) async fn attempt(&self, database: &mut Database, drafts: &mut Vec<Draft>) -> Result<Option<Vec<Catalog>>> {
        let Some(states) = self.there(database, drafts).await? else { return Ok(None) };
        let mut watch = Watch::new(Basis::Empty);
        for number in (0..drafts.len()).rev() {
            let states = &states[number..=number + 1];
            if !self.back(database, &mut drafts[number], number, states, &mut watch).await? {
                return Ok(None);
            }
        }
        let mut watch = Watch::new(Basis::Empty);
        for draft in drafts.iter_mut() {
            let ran = run_watched(database, &draft.up, Rows::None, &mut watch).await;
            draft.impacts.migration =
                ran.map_err(|it| it.error.within("the migration fails when it runs again after its rollback"))?;
        }
        let again = self.state(database).await?;
        if !is_reached(&again, self.desired, &parts::changes(drafts.iter().map(|it| &it.up))) {
            return Err(differences(&again, self.desired, "the migration, run again after its rollback, gives another schema"));
        }
        Ok(Some(states))
    }

    async fn state(&self, database: &mut Database) -> Result<Catalog> {
        let mut state = self.rules.apply(introspect_ours(database).await?).0;
        self.renamed.inform(&mut state);
        Ok(state)
    }

    /// The way there: the states before, between and after the files. `None` when it had to be completed.
    async fn there(&self, database: &mut Database, drafts: &mut Vec<Draft>) -> Result<Option<Vec<Catalog>>> {
        let mut states = vec![self.from.clone()];
        for number in 0..drafts.len() {
            if let Err(error) = run(database, &drafts[number].up).await {
                if needs_commit(&error.error) && error.step > 0 {
                    let up = parts::cut(&mut drafts[number].up, error.step);
                    drafts.insert(number + 1, Draft { up, ..Draft::default() });
                    return Ok(None);
                }
                return Err(
                    published::explained(error, &drafts[number].up).within("the migration fails on a clone of the database")
                );
            }
            states.push(self.state(database).await?);
        }
        let (reached, changes) = (&states[drafts.len()], parts::changes(drafts.iter().map(|it| &it.up)));
        let (done, conditions) = (is_reached(reached, self.desired, &changes), self.conditions(Manner::Strict));
        let mut more = if done {
            touched::up(reached, self.desired, Some(self.renamed.base(self.from)), &changes, &conditions)
        } else {
            plan(reached, self.desired, &conditions)?
        };
        // No application uses what came with the migration.
        for came in more.steps.iter_mut().filter(|it| self.from.get(&it.id).is_none()) {
            came.step.hazards.retain(|it| !matches!(it, Hazard::BreaksApplication(_)));
        }
        let is_new = !more.steps.is_empty() && drafts.last().is_some_and(|it| !repeats(&it.up, &more));
        if done && !is_new {
            return Ok(Some(states));
        }
        let left = differences(reached, self.desired, "the migration does not reach the desired schema");
        if !is_new {
            return Err(unreached(left));
        }
        tracing::debug!(%left);
        let checks = drafts.last_mut().map_or(Vec::new(), |it| it.up.take_assertions());
        parts::parts(more).into_iter().for_each(|it| add(drafts, it));
        drafts.last_mut().into_iter().for_each(|it| it.up.steps.extend(checks.iter().cloned()));
        Ok(None)
    }

    /// The way back of one file. Whether it stands; if not it was completed.
    async fn back(
        &self,
        database: &mut Database,
        draft: &mut Draft,
        number: usize,
        states: &[Catalog],
        watch: &mut Watch,
    ) -> Result<bool> {
        let (to, from, renames) = (&states[0], &states[1], draft.renames);
        let file = self.archive.zip(u32::try_from(number).ok()).map(|(first, number)| first + number);
        let is_whole = draft.up.is_transactional();
        let planned = |manner: Manner| {
            // The way back of the file with the renames ends where they begin.
            let goal = if renames { self.renamed.base(to) } else { to };
            let conditions = Conditions { sizes: self.back, ..self.conditions(manner) };
            let mut plan = plan(from, goal, &conditions)?;
            let analyzed = analyzed::after(&mut plan, from, goal, &conditions);
            let plan = draft.archive.after(plan);
            let mut plan = match file {
                Some(number) => archive::since(plan, from, goal, self.server, number),
                None => plan,
            };
            plan.steps.extend(analyzed);
            // Where it stopped half way, not all is there that it leads to.
            let is_there = |it: &Id| is_whole || goal.get(it).is_some();
            let plan = if renames { self.renamed.after(plan) } else { plan };
            let mut plan = in_order(plan.locked_at_once(from), from, None, is_there);
            if renames {
                // What files before it made knows the old names.
                parts::extend(&mut plan, crate::plan::plan(self.from, to, &conditions)?);
            }
            let recompiled = recompiled::after(from, to, &plan.changes);
            plan.steps.extend(recompiled);
            Ok::<_, Error>(plan)
        };
        let down = match draft.down.take() {
            Some(it) => it,
            None => planned(draft.archive.manner())?,
        };
        match run_watched(database, &down, Rows::None, watch).await {
            Ok(it) => draft.impacts.rollback = it,
            Err(it) => {
                if needs_commit(&it.error) && down.steps.len() > 1 {
                    let whole = planned(Manner::OneTransaction)?;
                    if whole.steps != down.steps {
                        draft.down = Some(whole);
                        return Ok(false);
                    }
                }
                return Err(published::explained(it, &down).within("the rollback fails on a clone of the database"));
            }
        }
        let reached = self.state(database).await?;
        let stands = is_reached(&reached, to, &self.renamed.also_as_before(&down.changes));
        let down = draft.down.insert(down);
        let conditions = self.conditions(Manner::Tolerant);
        let more =
            if stands { touched::up(&reached, to, None, &down.changes, &conditions) } else { plan(&reached, to, &conditions)? };
        let is_new = !more.steps.is_empty() && !repeats(down, &more);
        if stands && !is_new {
            draft.stays = stays(&reached, to);
            return Ok(true);
        }
        let left = differences(&reached, to, "the rollback does not restore the old schema");
        if !is_new {
            return Err(unreached(left));
        }
        tracing::debug!(%left);
        down.steps.extend(more.steps);
        Ok(false)
    }
}

/// Adds steps to the last file, or after it.
fn add(drafts: &mut Vec<Draft>, up: Plan) {
    match drafts.last_mut() {
        Some(last) if up.steps.is_empty() || parts::fits(&last.up, &up) => parts::extend(&mut last.up, up),
        _ => drafts.push(Draft { up, ..Draft::default() }),
    }
}

/// Nothing can be done about what is left.
fn unreached(left: Error) -> Error {
    left.help("nothing was written; this is a bug in schemagen: please report it")
}

/// Whether a state is the wanted one. What the changes made from its printed text is, however it is printed now.
fn is_reached(state: &Catalog, wanted: &Catalog, changes: &BTreeMap<Id, Verb>) -> bool {
    let left = diff(state, wanted);
    let is_made = |id: &Id| matches!(changes.get(id), Some(verb) if *verb != Verb::Drop);
    left.is_empty() || {
        let alike = spelling::alike(state, wanted);
        left.keys().all(|it| alike.contains(it) && is_made(it))
    }
}

/// Whether all of `more` was already tried at the end of `plan`.
fn repeats(plan: &Plan, more: &Plan) -> bool {
    let tail: Vec<_> =
        plan.steps.iter().rev().skip_while(|it| it.step.asserts()).take(more.steps.len()).map(|it| &it.step).collect();
    more.steps.iter().rev().map(|it| &it.step).eq(tail)
}
