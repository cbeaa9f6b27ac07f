//! Foreign keys (`pg_constraint`). Inside `CREATE TABLE` only where both tables are new: one to a table that stands is added last, as it
//! keeps writers off that table until the end.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{
    Alteration, Beside, Context, DataCheck, Folded, Kind, LockOrder, Section, Step, Verb, data_check, lock_order, online,
    partition, rename, succession, table,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::lock::Mode;
use crate::sql;

pub(super) struct ForeignKey;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    #[serde(default)]
    not_valid: bool,
    deferrable: bool,
    deferred: bool,
    #[serde(rename = "_references")]
    references: [String; 2],
    /// Its own column, the operator, and the other table's column.
    #[serde(rename = "_columns")]
    columns: Vec<[String; 3]>,
    #[serde(rename = "_match")]
    r#match: char,
    #[serde(default, rename = "_partitioned")]
    partitioned: bool,
    /// Schema, table and name of it on each partition.
    #[serde(default, rename = "_below")]
    below: Vec<[String; 3]>,
}

impl Attrs {
    fn is_enforced(&self) -> bool {
        !self.definition.ends_with(" NOT ENFORCED")
    }

    /// The definition without what can be altered in place.
    fn fixed(&self) -> &str {
        let text = self.definition.strip_suffix(" NOT VALID").unwrap_or(&self.definition);
        let text = text.strip_suffix(" INITIALLY DEFERRED").unwrap_or(text);
        text.strip_suffix(" DEFERRABLE").unwrap_or(text)
    }

    /// Whether it can be added without being checked: up to 17 not on a partitioned table (manual, ALTER TABLE).
    fn can_wait(&self, context: &Context<'_>) -> bool {
        !self.not_valid && self.is_enforced() && (!self.partitioned || context.server.major >= 18)
    }

    /// The keys of the other table on one of which it stands: where several are of the same columns, which one is history, and may be
    /// another when it comes back.
    fn keys<'a>(&'a self, state: &'a Catalog) -> impl Iterator<Item = &'a Id> {
        let own: BTreeSet<String> = self.columns.iter().map(|it| sql::name(&it[2])).collect();
        let columns = |it: &Object| -> Option<BTreeSet<String>> {
            let is_whole = it.attrs.get("_predicate").is_none();
            let columns = it.attrs.get("_columns").filter(|_| is_whole)?.as_array()?;
            columns.iter().map(|it| it.get(0)?.as_str().map(str::to_owned)).collect()
        };
        let keys = ["constraint", "index"].map(|it| state.within(it, &self.references));
        keys.into_iter().flatten().filter(move |it| columns(it).is_some_and(|it| it == own)).map(|it| &it.id)
    }

    /// Up to 17: each partition gets its own, and the partitioned table's takes them over without a look at the rows.
    fn partition_by_partition(&self, object: &Object, context: &Context<'_>) -> Vec<Step> {
        let leaves = partition::leaves(context.to, &object.id.path[..2]);
        let heads = leaves.iter().map(|it| table::head(context.to, it, false));
        let mut steps: Vec<Step> =
            heads.flat_map(|it| online::constraint(&it, object.name(2), &self.definition, context)).collect();
        let (head, name) = (table::head(context.to, &object.id.path[..2], false), sql::name(object.name(2)));
        steps.push(Step::clause(head, format!("ADD CONSTRAINT {name} {}", self.definition)).alone());
        steps
    }
}

impl Attrs {
    /// That a row `t` names a row that is not there.
    fn dangles(&self, context: &Context<'_>) -> String {
        let own: Vec<String> = self.columns.iter().map(|it| format!("t.{}", sql::name(&it[0]))).collect();
        let all: Vec<String> = own.iter().map(|it| format!("{it} IS NOT NULL")).collect();
        let is_there = data_check::has_rows(&self.references, context);
        let alike = self.columns.iter().map(|it| format!("p.{} {} t.{}", sql::name(&it[2]), it[1], sql::name(&it[0])));
        let found = format!(
            " AND NOT EXISTS (SELECT FROM {} AS p WHERE {})",
            data_check::target(&self.references, context),
            alike.collect::<Vec<_>>().join(" AND ")
        );
        let dangles = format!("{}{}", all.join(" AND "), if is_there { &found } else { "" });
        if self.r#match == 'f' && own.len() > 1 {
            return format!("({dangles}) OR num_nulls({}) BETWEEN 1 AND {}", own.join(", "), own.len() - 1);
        }
        dangles
    }
}

/// The table that a foreign key points at.
pub(super) fn references(object: &Object) -> Option<Id> {
    object.read::<Attrs>().ok().map(|it| Id::new("table", &it.references))
}

/// The valid foreign keys of the tables above one in a state, which each partition has too.
fn above<'a>(table: &[String], state: &'a Catalog) -> impl Iterator<Item = &'a Object> {
    let tables = partition::above(state, table);
    let is_valid = |it: &&Object| it.read::<Attrs>().is_ok_and(|it| !it.not_valid);
    tables.into_iter().collect::<BTreeSet<Id>>().into_iter().flat_map(|it| state.children(&it, "foreign_key")).filter(is_valid)
}

/// Whether PostgreSQL takes a foreign key for that of a table above its own.
fn is_alike(one: &Object, other: &Object) -> bool {
    one.attrs.get("definition") == other.attrs.get("definition")
}

/// Whether it is one with that of a partitioned table in a state in which its table is a partition: attaching takes it over, detaching
/// leaves it.
fn is_one(object: &Object, attached: &Catalog, context: &Context<'_>) -> bool {
    let moves = context.changes.get(&Id::new("partition", &object.id.path[..2]));
    matches!(moves, Some(Verb::Create | Verb::Drop)) && above(&object.id.path[..2], attached).any(|it| is_alike(it, object))
}

/// What makes tables that stay partitions of one that goes: each would keep the key for itself, and hold the table that it refers to.
fn stay_behind(object: &Object, attrs: &Attrs, context: &Context<'_>) -> Vec<Id> {
    let referenced = Id::new("table", &attrs.references);
    let goes = object.parent.as_ref().is_some_and(|it| context.is_dropped(it)) && context.is_dropped(&referenced);
    let stays = |it: &&[String; 3]| goes && !context.is_dropped(&Id::new("table", &it[..2]));
    attrs.below.iter().filter(stays).map(|it| Id::new("partition", &it[..2])).collect()
}

/// The foreign keys that a large table gets by being attached, and for which PostgreSQL would read it then.
pub(super) fn to_come<'a>(table: &[String], attached: &'a Catalog, alone: &Catalog, context: &Context<'_>) -> Vec<&'a Object> {
    let own = Id::new("table", table);
    let is_plain = attached.get(&own).is_some_and(|it| it.attrs.get("kind").is_some_and(|it| it == "r"));
    if !is_plain || !context.is_large(&own) || context.is_created(&own) || context.is_dropped(&own) {
        return Vec::new();
    }
    let has = |key: &Object| alone.within("foreign_key", table).any(|it| is_alike(it, key));
    above(table, attached).filter(|it| !context.changes.contains_key(&it.id) && !has(it)).collect()
}

/// A foreign key of a partitioned table on a table that is attached next.
pub(super) fn checked_apart(object: &Object, table: &[String], context: &Context<'_>) -> Vec<Step> {
    let definition = object.attrs.get("definition").and_then(|it| it.as_str()).unwrap_or_default();
    online::constraint(&table::head(context.to, table, false), object.name(2), definition, context)
}

/// Gives that of a partitioned table another name on a partition: one of that name which is the partition's own comes there. The way
/// back gives it its name again, after the statement `before` where that one is there. PostgreSQL takes a partition's own key that is alike for its part of the partitioned table's.
fn renamed_below(object: &Object, before: &str, context: &Context<'_>) -> Option<Step> {
    let (table, name) = (&object.id.path[..2], object.name(2));
    let is_taken = [context.from, context.to].map(|state| state.get(&object.id).is_none());
    let on_table =
        |key: &Object| key.read::<Attrs>().ok()?.below.into_iter().find(|it| it[..2] == *table).map(|it| it[2].clone());
    let (old, new) = context.from.of_kind("foreign_key").find_map(|key| {
        let names = (on_table(key)?, on_table(context.to.get(&key.id)?)?);
        let is_it = is_taken[0] && names.0 == name || is_taken[1] && names.1 == name;
        (is_it && names.0 != names.1 && !context.changes.contains_key(&key.id)).then_some(names)
    })?;
    let rename = format!("{before}{}", rename::constraint(table, &sql::name(&old), &sql::name(&new)));
    Some(if context.tolerant { online::renamed_if_there(&rename, table, &old) } else { Step::new(rename) })
}

/// In a rollback that stopped and runs once more: what goes before the key that it has come to stand on.
pub(super) fn left_on(key: &Id, context: &Context<'_>) -> Vec<Step> {
    let stands = |it: &Id| !context.is_created(&Id::new("table", &it.path[..2]));
    let on_key = |it: &&Object| context.is_created(&it.id) && stands(&it.id) && context.to.needs(&it.id).any(|need| need == key);
    let drop = |it: &Object| {
        let head = table::head(context.to, &it.id.path[..2], false);
        Step::clause(head, format!("DROP CONSTRAINT IF EXISTS {}", sql::name(it.name(2)))).alone()
    };
    context.to.of_kind("foreign_key").filter(on_key).map(drop).collect()
}

/// Whether the table that it is on is large: all its rows are looked up in the other.
fn is_large(object: &Object, context: &Context<'_>) -> bool {
    context.is_large(&Id::new("table", &object.id.path[..2]))
}

impl Kind for ForeignKey {
    fn name(&self) -> &'static str {
        "foreign_key"
    }

    fn query(&self) -> &'static str {
        include_str!("foreign_key.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_constraint WHERE oid >= 16384 AND contype = 'f'")
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        old.id.path[..2] == new.id.path[..2] && old.same(new)
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::in_table(from, to, context, rename::constraint)
    }

    /// A row that is written looks for its own in the other table, which it locks as `SELECT … FOR KEY SHARE` does.
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        let table = Id::new("table", &object.id.path[..2]);
        let tie = || Some(object.id.clone());
        lock_order::others(&table, object, state)
            .into_iter()
            .map(|then| LockOrder { first: table.clone(), then, waits_for: Mode::Exclusive, tie: tie() })
            .collect()
    }

    fn section(&self) -> Section {
        Section::Reference
    }

    /// What is referenced has one key at a time.
    fn beside(&self, object: &Object, part: &Id) -> Beside {
        let own = |it: &Attrs| it.columns.iter().any(|it| part.path.last() == Some(&it[0]));
        let is_own = part.path.starts_with(&object.id.path[..2]) && object.read::<Attrs>().is_ok_and(|it| own(&it));
        if is_own { Beside::Both } else { Beside::Old }
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if is_one(object, context.from, context) {
            return Ok(Vec::new());
        }
        let head = table::head(context.to, &object.id.path[..2], false);
        let renamed = renamed_below(object, "", context);
        if is_large(object, context) && !attrs.not_valid {
            if attrs.can_wait(context) {
                let steps = online::constraint(&head, object.name(2), &attrs.definition, context);
                return Ok(renamed.map(Step::alone).into_iter().chain(steps).collect());
            }
            if attrs.partitioned && context.server.major < 18 {
                return Ok(attrs.partition_by_partition(object, context));
            }
        }
        let step = Step::clause(head, format!("ADD CONSTRAINT {} {}", sql::name(object.name(2)), attrs.definition));
        let scanned = [sql::path(&object.id.path[..2]), sql::path(&attrs.references)];
        let step = if attrs.not_valid { step } else { scanned.into_iter().fold(step, |step, it| step.risks(Hazard::Scans(it))) };
        Ok(renamed.into_iter().chain([step]).collect())
    }

    /// Rows that a rollback brings back are checked all at once, when the key is added after them.
    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        let own = Id::new("table", &object.id.path[..2]);
        let plain = |id: &Id| {
            let table = context.to.get(id).map(|it| &it.attrs);
            table.is_some_and(|it| it.get("kind").is_some_and(|it| it == "r") && it.get("_partition").is_none())
        };
        let referenced = Id::new("table", &attrs.references);
        let both = [&own, &referenced].into_iter().all(|it| plain(it) && context.is_created(it));
        let stands_inside = both && !attrs.not_valid && !context.tolerant;
        Ok(stands_inside.then(|| format!("CONSTRAINT {} {}", sql::name(object.name(2)), attrs.definition)))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        if is_one(object, context.to, context) {
            return Ok(Vec::new());
        }
        let drop = |table: &[String]| {
            let head = table::head(context.from, table, false);
            let step = Step::clause(head, format!("DROP CONSTRAINT {}{}", context.if_exists(), sql::name(object.name(2))));
            if succession::is_succeeded(object, context) { step.anywhere() } else { step }
        };
        // A migration that stopped half way may have left it on some partitions.
        let half_way = context.tolerant && attrs.partitioned && context.server.major < 18 && is_large(object, context);
        let leaves = if half_way { partition::leaves(context.from, &object.id.path[..2]) } else { Vec::new() };
        let own = drop(&object.id.path[..2]);
        let before = if context.tolerant { format!("{};\n        ", own.sql.text()) } else { String::new() };
        Ok(match renamed_below(object, &before, context) {
            Some(renamed) if context.tolerant => vec![renamed],
            renamed => std::iter::once(own).chain(leaves.iter().map(|it| drop(it))).chain(renamed).collect(),
        })
    }

    /// While the key that goes stands beside its successor, PostgreSQL may take either. Partition by partition it comes to all that are
    /// there at the end.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let leaves = partition::leaves(context.to, &object.id.path[..2]).into_iter().filter(|_| is_large(object, context));
        let leaves = leaves.map(|it| Id::new("table", &it)).filter(|it| context.is_created(it));
        let keys = context.to.needs(&object.id).filter(|_| context.is_created(&object.id)).filter_map(|it| context.to.get(it));
        keys.flat_map(|it| super::kind(&it.id.kind).succeeds(it, context))
            .filter(|it| it.path != object.id.path)
            .chain(leaves)
            .collect()
    }

    fn succeeds(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        succession::rules_before(object, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let Ok(attrs) = object.read::<Attrs>() else { return Vec::new() };
        attrs.keys(context.from).cloned().chain(stay_behind(object, &attrs, context)).collect()
    }

    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        object.read::<Attrs>().is_ok_and(|it| !stay_behind(object, &it, context).is_empty())
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let stood_on = context.from.needs(&from.id).any(|it| context.is_dropped(it));
        if old.fixed() != new.fixed() || (new.not_valid && !old.not_valid) || stood_on {
            // Beside the old one it could come to stand on a key that goes; and PostgreSQL compares it with those of the partitions,
            // and refuses one that is enforced where they are not (18).
            let loses_key = old.keys(context.from).any(|it| context.is_dropped(it));
            let is_alone = loses_key || new.partitioned && !old.is_enforced();
            let online = is_large(to, context) && new.can_wait(context) && !is_alone && !online::is_needed(&from.id, context);
            let head = table::head(context.to, &to.id.path[..2], false);
            let steps = online.then(|| online::replaced(&head, &to.id.path, &new.definition, context));
            return Ok(steps.map_or(Alteration::Rebuild, Alteration::Steps));
        }
        let head = table::head(context.to, &to.id.path[..2], false);
        let name = sql::name(to.name(2));
        let mut steps = Vec::new();
        if (old.deferrable, old.deferred) != (new.deferrable, new.deferred) {
            let mode = match (new.deferrable, new.deferred) {
                (false, _) => "NOT DEFERRABLE",
                (true, false) => "DEFERRABLE INITIALLY IMMEDIATE",
                (true, true) => "DEFERRABLE INITIALLY DEFERRED",
            };
            steps.push(Step::clause(&head, format!("ALTER CONSTRAINT {name} {mode}")));
        }
        if old.not_valid && !new.not_valid {
            let step = Step::clause(&head, format!("VALIDATE CONSTRAINT {name}"));
            let step = step.risks(Hazard::Scans(sql::path(&to.id.path[..2])));
            steps.push(if is_large(to, context) { step.alone() } else { step });
        }
        Ok(Alteration::Steps(steps))
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let old: Option<Attrs> = from.map(Object::read).transpose()?;
        let (new, table): (Attrs, _) = (to.read()?, &to.id.path[..2]);
        let held = old.is_some_and(|it| it.fixed() == new.fixed() && !it.not_valid);
        let asked = data_check::has_rows(table, context) && data_check::is_answerable(to, context);
        let read = new.definition.contains("PERIOD ") || !new.is_enforced();
        if new.not_valid || held || !asked || read {
            return Ok(Vec::new());
        }
        let query = data_check::rows(table, &data_check::only(table, context), &new.dangles(context), context);
        let what = format!("FOREIGN KEY {} of {}", sql::name(to.name(2)), sql::path(table));
        let help = format!("correct or delete them, or add the rows of {} that they name", sql::path(&new.references));
        Ok(vec![DataCheck { what, query, help, by_row: None }])
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let own = format!("constraint {} on {}", object.name(2), sql::path(&object.id.path[..2]));
        let below = object.read::<Attrs>().map_or(Vec::new(), |it| it.below);
        let below = below.iter().map(|it| format!("constraint {} on {}", it[2], sql::path(&it[..2])));
        std::iter::once(own).chain(below).collect()
    }
}
