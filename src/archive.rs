//! What a migration drops is kept in the schema `schemagen_archive`, and the rollback brings it back. What was written since into
//! what the migration brought, the rollback keeps there in turn.
//!
//! Rows are copied, not moved: what a table needs (types, functions of its triggers) may go in the same migration, and the table that
//! comes back is made by the plan, so that the proof of its structure holds.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::database::Database;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::kinds::{Conditions, Context, Kept, Manner, Server, Source, Step, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::sql;

/// The schema in a user's database that holds what was dropped.
pub const SCHEMA: &str = "schemagen_archive";

/// What a migration keeps of what it drops and replaces.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    dropped: Vec<(Planned, Kept)>,
    replaced: Vec<(Planned, Kept)>,
    /// What the way back ends with.
    undone: Vec<Planned>,
}

impl Archive {
    /// Finds what the plan from one state to the other drops or replaces and can keep, for the migration of that number.
    pub fn of(plan: &Plan, from: &Catalog, to: &Catalog, conditions: &Conditions<'_>, number: u32) -> Archive {
        let context = context(from, to, &plan.changes, conditions);
        let mut names = BTreeSet::new();
        let mut archive = Archive::default();
        let planned = |id: &Id| Planned { verb: Verb::Alter, group: group(from, to, id), id: id.clone(), step: Step::new("") };
        let table = |name: &str| sql::path(&[SCHEMA, &cut(name.to_owned(), sql::LONGEST)]);
        for (id, verb) in &plan.changes {
            let name_filled = |column: &Id| free(&format!("{number:03}_{} filled", column.path.join(".")), &names);
            let created = to.get(id).filter(|_| *verb == Verb::Create);
            let filled = created.and_then(|it| kind(&id.kind).keep_filled(it, &|it| table(&name_filled(it)), &context));
            if let Some((column, kept)) = filled {
                names.insert(name_filled(&column));
                archive.replaced.push((planned(&column), kept));
            }
            let Some(object) = from.get(id) else { continue };
            let plain = format!("{number:03}_{}", id.path.join("."));
            let name = if names.contains(&plain) { format!("{plain} {}", id.kind) } else { plain };
            let table = table(&name);
            match (verb, to.get(id)) {
                (Verb::Drop, _) => {
                    names.insert(name);
                    archive.dropped.extend(kind(&id.kind).keep(object, &table, &context).map(|it| (planned(id), it)));
                }
                (Verb::Alter, Some(new)) => {
                    let kept = kind(&id.kind).keep_replaced(object, new, &table, &context);
                    names.extend(kept.is_some().then_some(name));
                    archive.replaced.extend(kept.map(|it| (planned(id), it)));
                }
                _ => {}
            }
        }
        archive
    }

    /// How the way back must be written so that what was kept can be brought back.
    pub fn manner(&self) -> Manner {
        if self.replaced.iter().any(|it| it.1.anew) { Manner::OneTransaction } else { Manner::Tolerant }
    }

    /// The columns whose values are replaced and kept.
    pub fn replaced(&self) -> impl Iterator<Item = &Id> {
        self.replaced.iter().flat_map(|it| &it.1.replaces)
    }

    /// The file before that keeps what many rows hold, where there is such, and what its way back needs.
    pub fn ahead(&self) -> Option<(Plan, Archive)> {
        let ahead: Vec<_> = self.dropped.iter().filter_map(|(planned, kept)| Some((planned, kept.ahead.as_ref()?))).collect();
        let (first, _) = ahead.first()?;
        let steps = ahead.iter().flat_map(|(planned, it)| with(planned, &it.keep));
        let steps = with(first, &[schema().anywhere()]).into_iter().chain(steps).collect();
        let undone = ahead.iter().flat_map(|(planned, it)| with(planned, &it.undo)).collect();
        Some((Plan { steps, ..Plan::default() }, Archive { undone, ..Archive::default() }))
    }

    /// The same with what another's way back ends with, as both are of one file.
    pub fn join(&mut self, other: Archive) {
        self.undone.extend(other.undone);
    }

    /// The plan with copies taken before anything else is done in the transaction in which their originals go, or of what is
    /// replaced before that is done; what is kept is not lost.
    #[must_use]
    pub fn before(&self, mut plan: Plan) -> Plan {
        let copied = |it: &&(Planned, Kept)| it.1.ahead.is_none();
        let first = self.dropped.iter().filter(copied).chain(&self.replaced).next();
        let schema = first.map(|it| with(&it.0, &[schema()])).unwrap_or_default();
        for (planned, kept) in self.dropped.iter().filter(|it| it.1.ahead.is_some()) {
            plan.put_before(&kept.after, with(planned, &kept.save));
        }
        for (planned, kept) in self.replaced.iter().filter(|it| !it.1.early) {
            plan.put_before(&kept.after, with(planned, &kept.save));
        }
        for planned in &mut plan.steps {
            if self.dropped.iter().any(|it| it.1.after.contains(&planned.id)) {
                planned.step.hazards.retain(|it| !matches!(it, Hazard::DataLoss(_) | Hazard::Irreversible(_)));
            }
        }
        let early = self.replaced.iter().filter(|it| it.1.early);
        let copies = self.dropped.iter().filter(copied).chain(early).map(|it| (plan.begins(&it.1.after), it));
        let mut copies: Vec<(usize, &(Planned, Kept))> = copies.collect();
        copies.sort_by_key(|it| it.0);
        for (place, (planned, kept)) in copies.into_iter().rev() {
            plan.steps.splice(place..place, with(planned, &kept.save));
        }
        for (planned, kept) in &self.dropped {
            if let Some((heir, go_on)) = &kept.heir {
                plan.put_after(std::slice::from_ref(heir), with(planned, std::slice::from_ref(go_on)));
            }
        }
        plan.steps.splice(0..0, schema);
        plan
    }

    /// The plan for the way back with what was kept put back as soon as its place is there.
    #[must_use]
    pub fn after(&self, mut plan: Plan) -> Plan {
        for (planned, kept) in &self.dropped {
            let brings = |it: &Planned| kept.after.iter().any(|id| *id == it.id || plan.hosts.get(id) == Some(&it.id));
            let place = plan.steps.iter().rposition(brings).map_or(plan.steps.len(), |it| it + 1);
            plan.steps.splice(place..place, with(planned, &kept.restore));
            if let Some(ahead) = &kept.ahead {
                // What it noted before counts more than what a column comes back with: it begins again when that is replaced.
                let noting: Vec<Planned> = plan.steps.extract_if(.., |it| it.id == ahead.trigger).collect();
                plan.put_after(std::slice::from_ref(&planned.id), noting);
            }
        }
        for (planned, kept) in &self.replaced {
            plan.put_after(&kept.after, with(planned, &kept.restore));
        }
        plan.steps.extend(self.undone.iter().cloned());
        plan
    }
}

/// A name, or the same with a number, that is not among others.
fn free(name: &str, others: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|it| format!("{name} {it}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|it| !others.contains(it)).unwrap_or_default()
}

/// The plan for the way back, from one state to the other, of the migration of that number, with copies of what goes by it taken
/// first: at that time, and only where something was written. Where statements are committed one by one, a copy is one statement with
/// that by which its original goes: nobody writes in between.
#[must_use]
pub fn since(mut plan: Plan, from: &Catalog, to: &Catalog, server: &Server, number: u32) -> Plan {
    let (is_transactional, changes) = (plan.is_transactional(), plan.changes.clone());
    let context = context(from, to, &changes, &Conditions::ours(server));
    let (mut steps, mut kept) = (Vec::new(), BTreeSet::new());
    let leaving = leaving(&context);
    for (id, _) in changes.iter().filter(|it| *it.1 == Verb::Drop) {
        let Some(object) = from.get(id) else { continue };
        let Some(Kept { after, source: Some(source), .. }) = kind(&id.kind).keep(object, "", &context) else { continue };
        let name = cut(format!("{number:03}_{}", source.table.join(".")), sql::LONGEST - TIME.len());
        let planned = |step: Step| Planned { verb: Verb::Alter, group: group(from, to, id), id: id.clone(), step };
        match plan.run_of(&after).filter(|_| !is_transactional) {
            None => {
                let left = leaving.get(id).into_iter().flatten().copied();
                let left: Vec<Id> = left.filter(|it| plan.steps.iter().any(|step| step.id == **it)).cloned().collect();
                let step = planned(keeping(&source, &name, &[]));
                if left.is_empty() { steps.push(step) } else { plan.put_after(&left, vec![step]) }
            }
            Some(run) => {
                let place = run.start;
                let going: Vec<Step> = plan.steps.drain(run).map(|it| it.step).collect();
                plan.steps.insert(place, planned(keeping(&source, &name, &going)));
            }
        }
        kept.extend(after);
    }
    for planned in plan.steps.iter_mut().filter(|it| kept.contains(&it.id)) {
        planned.step.hazards.retain(|it| !matches!(it, Hazard::DataLoss(_)));
    }
    let place = if is_transactional { plan.behind_views(0) } else { 0 };
    plan.steps.splice(place..place, steps);
    plan
}

/// What goes from each object while its own parent stays, and so is not the object's any more: a partition that stays leaves its table.
fn leaving<'a>(context: &Context<'a>) -> BTreeMap<&'a Id, Vec<&'a Id>> {
    let mut leaving: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    let stays = |it: &Id| context.from.get(it).and_then(|it| it.parent.as_ref()).is_some_and(|it| !context.is_dropped(it));
    for (id, _) in context.changes.iter().filter(|it| *it.1 == Verb::Drop && stays(it.0)) {
        context.from.needs(id).for_each(|need| leaving.entry(need).or_default().push(id));
    }
    leaving
}

/// The time in the name of what a rollback kept, in UTC: each time it is another.
const TIME: &str = "@20260131T235959";

/// A copy of what is there by then, with the steps by which that goes, where they must be one statement. Others are kept off while it is
/// taken. To ask for a schema that is there needs the right to make one, which a rollback should not stop for.
fn keeping(source: &Source, name: &str, going: &[Step]) -> Step {
    let table = sql::path(&source.table);
    let lock = sql::lock(&table);
    let regclass = format!("to_regclass({})", sql::literal(&table));
    let there = match source.columns.as_slice() {
        [] => format!("{regclass} IS NOT NULL"),
        columns => format!(
            "(SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = {regclass} AND NOT attisdropped AND attname IN ({})) = {}",
            columns.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", "),
            columns.len()
        ),
    };
    let select =
        if source.written.is_empty() { source.select.clone() } else { format!("{} WHERE {}", source.select, source.written) };
    let body = format!(
        "
#variable_conflict use_column
DECLARE
    _name text := {} || to_char(clock_timestamp() AT TIME ZONE 'UTC', '@YYYYMMDD\"T\"HH24MISS');
BEGIN
    IF {there} THEN
        {lock};
        IF EXISTS ({select}) THEN
            IF to_regnamespace('{SCHEMA}') IS NULL THEN
                CREATE SCHEMA IF NOT EXISTS {SCHEMA};
            END IF;
            EXECUTE format('CREATE TABLE {SCHEMA}.%I AS %s', _name, {});
        END IF;
    END IF;
{}END;
",
        sql::literal(name),
        sql::literal(&select),
        going.iter().map(|it| format!("    {};\n", it.sql.text())).collect::<String>()
    );
    let step = Step::new(format!("DO {}", sql::dollar(&body))).risks(Hazard::Scans(table));
    going.iter().flat_map(|it| it.hazards.clone()).chain(source.hidden.clone()).fold(step, Step::risks)
}

/// The names of what rollbacks of the migration of that version kept.
pub async fn kept_since(database: &mut Database, version: &str) -> Result<Vec<String>> {
    const NAMES: &str = "SELECT coalesce(jsonb_agg(c.relname ORDER BY c.relname), '[]') FROM pg_catalog.pg_class c \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = $1 AND starts_with(c.relname, $2 || '_') AND c.relname ~ '@[0-9]{8}T[0-9]{6}$'";
    let names: Vec<String> = database.value(NAMES, &[SCHEMA, version]).await?;
    Ok(names.iter().map(|it| sql::path(&[SCHEMA, it])).collect())
}

/// The statement that makes the schema of what is kept.
fn schema() -> Step {
    Step::new(format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
}

/// Steps filed under what they are for.
fn with(planned: &Planned, steps: &[Step]) -> Vec<Planned> {
    steps.iter().map(|step| Planned { step: step.clone(), ..planned.clone() }).collect()
}

/// A name cut to a length; what is cut is told by a hash.
fn cut(name: String, longest: usize) -> String {
    if name.len() <= longest {
        return name;
    }
    let hash: String = Sha256::digest(&name).iter().take(4).map(|it| format!("{it:02x}")).collect();
    let mut end = longest - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}", &name[..end])
}
