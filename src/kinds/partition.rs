//! A table as a partition of another (`pg_inherits`, `pg_class.relpartbound`).

use serde::Deserialize;

use super::{
    Alteration, Context, DataCheck, Folded, Kind, LockOrder, Section, Shown, Step, Verb, data_check, foreign_key, identity,
    key_of_partition, lock_order, not_null, not_null_name, online, partition_order, table,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Partition;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    parent: [String; 2],
    bound: String,
    #[serde(default)]
    detach_pending: bool,
    /// What its rows fulfil.
    #[serde(rename = "_constraint")]
    constraint: Option<String>,
}

impl Attrs {
    /// What a table's rows must fulfil for it to be attached, as a condition that its server can check; a hash partition's speaks of
    /// the table by number.
    fn condition(&self) -> Option<&str> {
        self.constraint.as_deref().filter(|it| !it.contains("satisfies_hash_partition("))
    }
}

/// The large tables that PostgreSQL would read when a partition is attached, and what to show of their rows before: the partition
/// itself, and the parent's default partition, which may hold rows that are the new one's.
fn shown(object: &Object, attrs: &Attrs, state: &Catalog, context: &Context<'_>) -> Vec<(Vec<String>, String)> {
    let Some(condition) = attrs.condition().filter(|_| !moves(&object.id, context)) else { return Vec::new() };
    let other = default_beside(object, attrs, state).map(|it| (it.id.path.clone(), format!("NOT {condition}")));
    let tables = std::iter::once((object.id.path.clone(), condition.to_owned())).chain(other);
    tables.filter(|it| context.is_large(&Id::new("table", &it.0)) && !is_shown(&it.0, &it.1, context)).collect()
}

/// Whether it goes to another place. Its rows are out of reach until it is attached again: that is in the same transaction, though it
/// reads them.
pub(super) fn moves(partition: &Id, context: &Context<'_>) -> bool {
    context.changes.get(partition) == Some(&Verb::Rebuild)
}

/// Whether it stays a partition of its table, with another bound.
pub(super) fn changes_its_bound(partition: &Id, context: &Context<'_>) -> bool {
    let above = |state: &Catalog| state.get(partition).and_then(parent);
    moves(partition, context) && above(context.from) == above(context.to).filter(|it| !context.is_created(it))
}

/// The default partition beside another.
fn default_beside<'a>(object: &Object, attrs: &Attrs, state: &'a Catalog) -> Option<&'a Object> {
    let is_default = |it: &&Object| it.id != object.id && it.read::<Attrs>().is_ok_and(|it| it.bound == "DEFAULT");
    state.partitions(&attrs.parent).find(is_default)
}

/// Whether a table that is there becomes a partition of a new one.
fn joins(object: &Object, parent: &[String; 2], context: &Context<'_>) -> bool {
    context.from.get(&Id::new("table", &object.id.path)).is_some() && context.is_created(&Id::new("table", parent))
}

/// Rows come to a new table with a table that is there: its numbers go on behind theirs.
fn brought(object: &Object, parent: &[String; 2], context: &Context<'_>) -> Vec<Step> {
    if joins(object, parent, context) { identity::go_on(parent, context) } else { Vec::new() }
}

/// Whether a check that is there shows it: one that was brought for that.
fn is_shown(table: &[String], condition: &str, context: &Context<'_>) -> bool {
    let says = |it: &Object| it.attrs.get("definition").and_then(|it| it.as_str()).is_some_and(|it| it.contains(condition));
    let mut checks = [context.from, context.to].into_iter().flat_map(|it| it.within("constraint", table));
    checks.any(|it| it.attrs.get(SHOWS).is_some() && says(it))
}

/// Whether a partition that stands gets another bound, and nothing else of it is another.
fn is_bound_anew(object: &Object, attrs: &Attrs, context: &Context<'_>) -> bool {
    let (parent, table) = (Id::new("table", &attrs.parent), Id::new("table", &object.id.path));
    let stays = |it: &Id| context.changes.get(it).is_none();
    let was = context.from.get(&object.id).and_then(|it| it.read::<Attrs>().ok());
    stays(&parent)
        && stays(&table)
        && context.to.get(&table).is_some_and(|it| it.attrs.get("kind").is_some_and(|it| it == "r"))
        && was.is_some_and(|it| it.parent == attrs.parent && it.bound != attrs.bound && !it.detach_pending)
}

/// What a check is told that shows the bound of a table that becomes a partition, or gets another bound.
const SHOWS: &str = "_shows";

/// Whether a migration detaches a partition of a large table while others read and write that: not where there is a default partition
/// (manual, ALTER TABLE), nor where it only changes its place.
fn is_detached_apart(object: &Object, attrs: &Attrs, context: &Context<'_>) -> bool {
    let (parent, own) = (Id::new("table", &attrs.parent), Id::new("table", &object.id.path));
    let verb = if context.tolerant { Verb::Create } else { Verb::Drop };
    let siblings = [context.from, context.to].into_iter().flat_map(|it| it.partitions(&attrs.parent));
    let forbids = |it: &Object| it.read::<Attrs>().is_ok_and(|it| it.bound == "DEFAULT" || it.detach_pending);
    let is_foreign = |state: &Catalog| state.get(&own).is_none_or(|it| it.attrs.get("server").is_some());
    context.changes.get(&object.id) == Some(&verb)
        && context.is_large(&parent)
        && !is_foreign(context.from)
        && !context.is_created(&own)
        && !siblings.into_iter().any(forbids)
}

/// Detaches it concurrently. PostgreSQL would leave a check of the bound behind, under a name of its choice, unless there is one.
fn detached_apart(object: &Object, attrs: &Attrs, detach: &str, context: &Context<'_>) -> Vec<Step> {
    let detach = Step::new(format!("{detach} CONCURRENTLY")).alone();
    let (head, check) = (table::head(context.from, &object.id.path, false), check(&object.id.path, context));
    match attrs.condition() {
        None => vec![detach],
        Some(condition) => {
            let mut steps = online::constraint(&head, &check, &format!("CHECK ({condition})"), context);
            steps.push(detach);
            steps.push(Step::clause(&head, format!("DROP CONSTRAINT {}", sql::name(&check))).alone());
            steps
        }
    }
}

/// The name of the check that shows it, for as long as it is needed.
fn check(table: &[String], context: &Context<'_>) -> String {
    online::spare(&[table, &[format!("{}_bound", table[1])]].concat(), context)
}

/// Whether a partition is one, as a condition on the catalog.
fn is_attached(parent: &str, name: &str, more: &str) -> String {
    let [parent, name] = [parent, name].map(|it| format!("pg_catalog.to_regclass({})", sql::literal(it)));
    format!("EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = {parent} AND inhrelid = {name}{more})")
}

impl Kind for Partition {
    fn name(&self) -> &'static str {
        "partition"
    }

    fn query(&self) -> &'static str {
        include_str!("partition.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_inherits WHERE inhrelid >= 16384")
    }

    /// A partition is locked after its table, also by what takes it away.
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        let table = Id::new("table", &object.id.path[..2]);
        let above = lock_order::others(&table, object, state).into_iter();
        above.map(|it| LockOrder { tie: Some(object.id.clone()), ..LockOrder::through(&it, table.clone()) }).collect()
    }

    fn section(&self) -> Section {
        Section::Between
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (parent, name) = (sql::path(&attrs.parent), sql::path(&object.id.path));
        let attach = format!("ALTER TABLE ONLY {parent} ATTACH PARTITION {name} {}", attrs.bound);
        let shown = shown(object, &attrs, context.to, context);
        let apart = context.tolerant && is_detached_apart(object, &attrs, context);
        let mut keys = foreign_key::to_come(&object.id.path, context.to, context.from, context);
        keys.retain(|_| !moves(&object.id, context));
        if !shown.is_empty() || apart || !keys.is_empty() {
            let head = |table: &[String]| table::head(context.to, table, false);
            let checks = shown.iter().flat_map(|(table, condition)| {
                online::constraint(&head(table), &check(table, context), &format!("CHECK ({condition})"), context)
            });
            // Of a partition whose detaching was interrupted nothing else can be altered.
            let finalize = format!("ALTER TABLE ONLY {parent} DETACH PARTITION {name} FINALIZE");
            let pending =
                apart.then(|| online::only_where(&is_attached(&parent, &name, " AND inhdetachpending"), &finalize).alone());
            let renamed = not_null_name::renamed(&object.id.path, context);
            let mut steps: Vec<Step> = pending.into_iter().chain(checks).chain(renamed).collect();
            steps.extend(keys.iter().flat_map(|it| foreign_key::checked_apart(it, &object.id.path, context)));
            let missing = format!("NOT {}", is_attached(&parent, &name, ""));
            steps.push(if context.tolerant { online::only_where(&missing, &attach) } else { Step::new(attach) }.alone());
            let drop = |table: &[String], if_exists: &str| {
                Step::clause(head(table), format!("DROP CONSTRAINT {if_exists}{}", sql::name(&check(table, context)))).alone()
            };
            steps.extend(shown.iter().map(|it| drop(&it.0, "")));
            // A migration that stopped may have left it on a small partition.
            let is_shown = shown.iter().any(|it| it.0 == object.id.path);
            steps.extend((apart && !is_shown && attrs.condition().is_some()).then(|| drop(&object.id.path, "IF EXISTS ")));
            steps.extend(brought(object, &attrs.parent, context));
            return Ok(steps);
        }
        let step = Step::new(attach);
        let is_shown = attrs.condition().is_some_and(|it| is_shown(&object.id.path, it, context));
        let step = if is_shown { step } else { step.risks(Hazard::Scans(name)) };
        let numbers = brought(object, &attrs.parent, context);
        Ok(not_null_name::renamed(&object.id.path, context).into_iter().chain([step]).chain(numbers).collect())
    }

    /// Its bound, in `CREATE TABLE … PARTITION OF`: where that says exactly the same, and the parent is new, too. It takes a lock on the
    /// parent that keeps readers away (online-safe on a table that stands is only ATTACH).
    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let parent = Id::new("table", &attrs.parent);
        let table = |id: &Id| context.to.get(id).map(|it| &it.attrs);
        let (Some(above), Some(own)) = (table(&parent), table(&Id::new("table", &object.id.path))) else { return Ok(None) };
        let lacks = |attrs: &serde_json::Value, names: &[&str]| names.iter().all(|it| attrs.get(it).is_none());
        let plain = lacks(above, &["of_type", "tablespace", "access_method"]) && lacks(own, &["of_type", "server"]);
        let (path, above) = (&object.id.path, &attrs.parent);
        let is_exact = context.is_created(&parent)
            && plain
            && !attrs.detach_pending
            && same_columns(path, above, context)
            && key_of_partition::come_along(path, above, context)?;
        Ok(is_exact.then_some(attrs.bound))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let (parent, name) = (sql::path(&attrs.parent), sql::path(&object.id.path));
        let finalize = if attrs.detach_pending { " FINALIZE" } else { "" };
        let detach = format!("ALTER TABLE ONLY {parent} DETACH PARTITION {name}{finalize}");
        if !context.tolerant && is_detached_apart(object, &attrs, context) {
            return Ok(detached_apart(object, &attrs, &detach, context));
        }
        let shown = if context.tolerant { shown(object, &attrs, context.from, context) } else { Vec::new() };
        let keys = || foreign_key::to_come(&object.id.path, context.from, context.to, context);
        let stopped = context.tolerant && !moves(&object.id, context) && !keys().is_empty();
        if shown.is_empty() && !stopped {
            return Ok(vec![Step::new(detach)]);
        }
        // A migration that stopped half way may have left the checks, and nothing attached.
        let drop = |table: &[String]| format!("DROP CONSTRAINT IF EXISTS {}", sql::name(&check(table, context)));
        let checks = shown.iter().map(|(table, _)| Step::clause(table::head(context.from, table, false), drop(table)));
        Ok(std::iter::once(online::only_where(&is_attached(&parent, &name, ""), &detach)).chain(checks).collect())
    }

    /// A foreign key to the partitioned table holds its partitions too: they can be dropped only after they are detached. And `DROP`
    /// would keep readers off the partitioned table.
    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        let Ok(attrs) = object.read::<Attrs>() else { return false };
        let parent = Id::new("table", &attrs.parent);
        if !context.tolerant && !context.is_dropped(&parent) && is_detached_apart(object, &attrs, context) {
            return true;
        }
        !context.is_dropped(&parent) && context.from.of_kind("foreign_key").any(|it| references(it, &attrs.parent))
    }

    /// Rows of a table that becomes a partition must be within its bound; those of a default partition must not be, of any other's.
    fn checks(&self, _: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let attrs: Attrs = to.read()?;
        let Some(condition) = attrs.condition() else { return Ok(Vec::new()) };
        let name = sql::path(&to.id.path);
        let check = |table: &[String], condition: &str, what: String, help: &str| {
            let is_asked = data_check::has_rows(table, context) && stand(table, condition, context);
            let query = data_check::rows(table, &data_check::with_children(table, context), condition, context);
            is_asked.then(|| DataCheck { what, query, help: help.to_owned(), by_row: None })
        };
        let own = check(
            &to.id.path,
            &format!("NOT ({condition})"),
            format!("the bound of partition {name}"),
            "move them to where they belong, or delete them",
        );
        let other = default_beside(to, &attrs, context.to).and_then(|it| {
            let what = format!("partition {name} beside the default partition {}", sql::path(&it.id.path));
            check(
                &it.id.path,
                condition,
                what,
                "these rows are the new partition's: take them out before, and put them back after",
            )
        });
        Ok(own.into_iter().chain(other).collect())
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        partition_order::before_it_comes(object, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        partition_order::after_it_goes(object, context)
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    /// Of a table that becomes a partition of one that takes its name: nobody may find that name without its rows. And of a partition
    /// that gets another bound: nobody may wait while its rows are read.
    fn shows(&self, object: &Object, context: &Context<'_>) -> Option<Shown> {
        let attrs: Attrs = object.read().ok()?;
        let table = Id::new("table", &object.id.path);
        let is_asked = || joins(object, &attrs.parent, context) || is_bound_anew(object, &attrs, context);
        let condition = attrs.condition().filter(|_| context.is_large(&table) && is_asked())?;
        let name = check(&object.id.path, context);
        let clause = format!("ADD CONSTRAINT {} CHECK ({condition})", sql::name(&name));
        let check = Id::new("constraint", &[&table.path[0], &table.path[1], &name]);
        Some(Shown { table, check, clause, told: SHOWS })
    }
}

/// Whether a partition's columns are its parent's in all that a column has.
fn same_columns(partition: &[String], parent: &[String; 2], context: &Context<'_>) -> bool {
    let columns = |table: &[String]| context.to.within("column", table).count();
    let same = |kind: &str, column: &Object| {
        let of = |table: &[String]| context.to.get(&Id::new(kind, &[&table[0], &table[1], column.name(2)]));
        match (of(partition), of(parent)) {
            (Some(own), Some(above)) if kind == "not_null" => not_null::comes_along(own, above),
            (Some(own), Some(above)) => own.same(above),
            (own, above) => own.is_none() && above.is_none(),
        }
    };
    let mut above = context.to.within("column", parent);
    let absent = |kind: &str, column: &Object, table: &[String]| {
        context.to.get(&Id::new(kind, &[&table[0], &table[1], column.name(2)])).is_none()
    };
    columns(partition) == columns(parent)
        && above.all(|it| {
            ["column", "default_value", "not_null"].iter().all(|kind| same(kind, it))
                && absent("identity", it, partition)
                && [partition, parent].iter().all(|table| absent("column_settings", it, table))
        })
}

/// Whether a table that stands has partitions that are left alone: only a statement for all partitions reaches those.
pub(super) fn hides_some(table: &[String; 2], context: &Context<'_>) -> bool {
    let counted = context.from.get(&Id::new("table", table)).and_then(|it| it.attrs.get("_partitions")?.as_u64());
    let known = context.from.partitions(table).count();
    counted.is_some_and(|it| it > known as u64)
}

/// Whether an index or key of a partitioned table is made with those of all partitions at once, because all of them are left alone.
pub(super) fn is_for_all(object: &Object, table: &[String; 2], context: &Context<'_>) -> Result<bool> {
    let is_hidden = hides_some(table, context);
    if is_hidden && context.to.partitions(table).next().is_some() {
        let name = sql::path(table);
        let error = Error::new(format!(
            "{} cannot come: some partitions of {name} are left alone, and would have no part of it",
            object.id
        ));
        return Err(error.help("leave all of them alone, or none ([ignore], schemas), or write the migration: schemagen new"));
    }
    Ok(is_hidden)
}

/// The partitions of a table and theirs, tables with their places.
pub(super) fn below(state: &Catalog, table: &[String]) -> Vec<Id> {
    let mut below: Vec<Id> = Vec::new();
    let mut queue = vec![table.to_vec()];
    while let Some(table) = queue.pop() {
        for partition in state.partitions(&table) {
            queue.push(partition.id.path.clone());
            below.extend([partition.id.clone(), Id::new("table", &partition.id.path)]);
        }
    }
    below
}

/// The tables above one, from its own parent on.
pub(super) fn above(state: &Catalog, table: &[String]) -> Vec<Id> {
    let parent_of = |it: &Id| state.get(&Id::new("partition", &it.path)).and_then(parent);
    std::iter::successors(parent_of(&Id::new("table", table)), parent_of).collect()
}

/// The table that a partition is of.
pub(super) fn parent(partition: &Object) -> Option<Id> {
    partition.read::<Attrs>().ok().map(|it| Id::new("table", &it.parent))
}

/// The tables that hold the rows of a partitioned table.
pub(super) fn leaves(catalog: &Catalog, table: &[String]) -> Vec<Vec<String>> {
    let partitions = catalog.partitions(table);
    let below = |it: &Object| {
        let leaves = leaves(catalog, &it.id.path);
        if leaves.is_empty() { vec![it.id.path.clone()] } else { leaves }
    };
    let is_partitioned =
        |it: &Vec<String>| catalog.get(&Id::new("table", it)).is_some_and(|it| it.attrs.get("kind").is_some_and(|it| it == "p"));
    partitions.flat_map(below).filter(|it| !is_partitioned(it)).collect()
}

/// Whether the columns that a condition speaks of are there before, and stay as they are.
fn stand(table: &[String], condition: &str, context: &Context<'_>) -> bool {
    let spoken = |it: &&Object| it.id.path.len() == 3 && condition.contains(&sql::name(it.name(2)));
    let mut columns = context.to.within("column", table).filter(spoken);
    columns.all(|it| data_check::holds_values(&it.id, context) && context.changes.get(&it.id).is_none())
}

/// Whether a foreign key points at the table of that path.
fn references(foreign_key: &Object, path: &[String; 2]) -> bool {
    let names = foreign_key.attrs.get("_references").and_then(serde_json::Value::as_array);
    names.is_some_and(|it| it.iter().map(|it| it.as_str()).eq(path.iter().map(|it| Some(it.as_str()))))
}
