//! CHECK, PRIMARY KEY, UNIQUE and EXCLUDE constraints of tables (`pg_constraint`), with the index that stands behind them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::brackets::unbracketed;
use super::check_text;
use super::data_check::{self, Unique};
use super::key_of_partition::{self, is_large};
use super::storage_options::{self, Options};
use super::succession::{self, is_succeeded, may_stand};
use super::{
    Alteration, Beside, Context, DataCheck, Doubled, Folded, Kind, Section, Sql, Step, foreign_key, index, inheritance,
    inherited_anew, key_exchange, online, partition, rename, table,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Constraint;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attrs {
    pub(super) r#type: char,
    definition: String,
    #[serde(default)]
    not_valid: bool,
    #[serde(default)]
    pub(super) options: Options,
    pub(super) tablespace: Option<String>,
    #[serde(default)]
    pub(super) statistics: BTreeMap<String, i32>,
    #[serde(default)]
    pub(super) invalid: bool,
    #[serde(rename = "_schema")]
    pub(super) schema: String,
    #[serde(default, rename = "_partitioned")]
    pub(super) partitioned: bool,
    #[serde(rename = "_index")]
    pub(super) index: Option<String>,
    #[serde(rename = "_index_definition")]
    index_definition: Option<String>,
    #[serde(rename = "_expression")]
    expression: Option<String>,
    #[serde(default)]
    _printed: Option<String>,
    #[serde(default, rename = "_columns")]
    columns: Vec<(String, Option<String>)>,
    #[serde(rename = "_predicate")]
    predicate: Option<String>,
    #[serde(default, rename = "_nulls_alike")]
    nulls_alike: bool,
    #[serde(default, rename = "_no_inherit")]
    no_inherit: bool,
    #[serde(default, rename = "_key")]
    key: Vec<String>,
    #[serde(default, rename = "_shows")]
    shows: bool,
    #[serde(rename = "_local")]
    local: bool,
    #[serde(rename = "_parent_index")]
    pub(super) parent_index: Option<[String; 3]>,
    #[serde(default, rename = "_inherited")]
    inherited: Vec<[String; 2]>,
    #[serde(default, rename = "_automatic")]
    pub(super) automatic: bool,
}

impl Attrs {
    pub(super) fn clause(&self, object: &Object) -> String {
        format!("CONSTRAINT {} {}", sql::name(object.name(2)), unbracketed(&self.definition))
    }

    /// How it comes to a large table while others read and write; `None` where there is no such way.
    fn online(&self, object: &Object, context: &Context<'_>) -> Option<Vec<Step>> {
        let head = table::head(context.to, &object.id.path[..2], self.r#type != 'c');
        let name = sql::name(object.name(2));
        if self.r#type == 'c' && !self.definition.ends_with(" NOT ENFORCED") {
            return Some(online::constraint(&head, object.name(2), &self.definition, context));
        }
        let key = Step::clause(&head, format!("ADD CONSTRAINT {name} {}", self.using(object.name(2)))).alone();
        if may_stand(object, context) {
            return Some(online::key_if_missing(self.keyed(object, object.name(2))?, &self.schema, &key, &object.id.path));
        }
        let mut steps = Vec::new();
        if context.tolerant {
            steps.extend(foreign_key::left_on(&object.id, context));
            steps.push(Step::clause(&head, format!("DROP CONSTRAINT IF EXISTS {name}")).alone());
            steps.push(online::dropped_index(&self.index(), context));
        }
        steps.push(self.keyed(object, object.name(2))?);
        steps.push(key);
        Some(steps)
    }

    /// The index that is to carry it, under that name; a temporal key's is printed like one, and cannot be made before (18).
    pub(super) fn keyed(&self, object: &Object, name: &str) -> Option<Step> {
        let is_built_apart = !self.partitioned && !self.definition.contains(" WITHOUT OVERLAPS)");
        let is_unique = |it: &&str| it.starts_with("CREATE UNIQUE INDEX");
        let definition = self.index_definition.as_deref().filter(|_| is_built_apart).filter(is_unique)?;
        let space = self.tablespace.as_ref().map_or(String::new(), |it| format!(" TABLESPACE {}", sql::name(it)));
        let old = self.index.as_deref().unwrap_or(object.name(2));
        Some(online::index(definition, old, name, &space))
    }

    /// `UNIQUE USING INDEX i DEFERRABLE`
    pub(super) fn using(&self, index: &str) -> String {
        let what = if self.r#type == 'p' { "PRIMARY KEY" } else { "UNIQUE" };
        let deferral = [" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"].into_iter().find(|it| self.definition.ends_with(it));
        format!("{what} USING INDEX {}{}", sql::name(index), deferral.unwrap_or_default())
    }

    /// A rollback that stopped may have made it already, without those of the partitions.
    fn of_partitioned(&self, object: &Object, step: Step, context: &Context<'_>) -> Step {
        let name = sql::name(object.name(2));
        match &step.sql {
            _ if !is_large(object, context) => step.anywhere(),
            _ if may_stand(object, context) => online::constraint_if_missing(&step, &object.id.path),
            Sql::Clause { head, clause } if context.tolerant => {
                Step::clause(head, format!("DROP CONSTRAINT IF EXISTS {name}, {clause}")).alone()
            }
            _ => step.alone(),
        }
    }

    /// How it takes the place of `old` on a large table; at no time neither holds.
    fn exchanged(&self, old: &Attrs, object: &Object, context: &Context<'_>) -> Option<Vec<Step>> {
        let is_simple = |it: &Attrs| !it.not_valid && it.inherited.is_empty() && it.parent_index.is_none();
        // Where only one of both is its children's too, theirs come or go with it.
        let is_alike = old.r#type == self.r#type && old.no_inherit == self.no_inherit;
        let is_held = online::is_needed(&object.id, context) || online::is_stranded(&object.id, context);
        if !is_simple(self) || !is_simple(old) || !is_alike || is_held {
            return None;
        }
        let head = table::head(context.to, &object.id.path[..2], self.r#type != 'c');
        if self.r#type == 'c' && !self.definition.ends_with(" NOT ENFORCED") {
            return Some(online::replaced(&head, &object.id.path, &self.definition, context));
        }
        let spare = online::spare(&[self.schema.clone(), object.name(2).to_owned()], context);
        let left = context.tolerant.then(|| online::dropped_index(&sql::path(&[&self.schema, &spare]), context));
        let mut steps: Vec<Step> = left.into_iter().chain([self.keyed(object, &spare)?]).collect();
        let (name, if_exists) = (sql::name(object.name(2)), context.if_exists());
        let exchange = format!("DROP CONSTRAINT {if_exists}{name}, ADD CONSTRAINT {name} {}", self.using(&spare));
        steps.push(Step::clause(&head, exchange).alone());
        Some(steps)
    }

    pub(super) fn index(&self) -> String {
        sql::path(&[&self.schema, self.index.as_ref().unwrap_or(&self.schema)])
    }
}

/// The columns of a primary key, in its order.
pub(super) fn key_columns(key: &Object) -> Option<Vec<String>> {
    serde_json::from_value::<Vec<String>>(key.attrs.get("_key")?.clone()).ok().filter(|it| !it.is_empty())
}

impl Kind for Constraint {
    fn name(&self) -> &'static str {
        "constraint"
    }

    fn query(&self) -> &'static str {
        include_str!("constraint.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_constraint WHERE oid >= 16384 AND contype IN ('c', 'p', 'u', 'x')")
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        old.id.path[..2] == new.id.path[..2] && old.same(new)
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::in_table(from, to, context, rename::constraint)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    /// A table has one primary key.
    fn beside(&self, object: &Object, _: &Id) -> Beside {
        if object.attrs.get("type").is_some_and(|it| it == "p") { Beside::Old } else { Beside::Both }
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let mut attrs: Attrs = object.read()?;
        attrs.definition = check_text::written(object, attrs.definition, context);
        if is_large(object, context)
            && !attrs.not_valid
            && let Some(steps) = attrs.online(object, context)
        {
            return Ok(steps);
        }
        let table = sql::path(&object.id.path[..2]);
        let path = [object.name(0).to_owned(), object.name(1).to_owned()];
        let for_all = attrs.index.is_some() && partition::is_for_all(object, &path, context)?;
        let only = attrs.r#type != 'c' && !for_all;
        // What is a partition's own again went with the one above, unless the migration stopped before that came.
        let is_back = context.tolerant && attrs.r#type == 'c' && context.to.get(&Id::new("partition", &path)).is_some();
        let again = if is_back { format!("DROP CONSTRAINT IF EXISTS {}, ", sql::name(object.name(2))) } else { String::new() };
        let step = Step::clause(table::head(context.to, &path, only), format!("{again}ADD {}", attrs.clause(object)));
        let hazard = if attrs.r#type == 'c' { Hazard::Scans(table) } else { Hazard::BuildsIndex(table) };
        if attrs.partitioned && attrs.index.is_some() {
            // Those of its partitions are built by themselves, in the same file, so that one rollback undoes them all.
            return Ok(vec![attrs.of_partitioned(object, step, context)]);
        }
        let mut steps = inherited_anew::comes(object, if attrs.not_valid { step } else { step.risks(hazard) }, context);
        if !attrs.options.is_empty() {
            steps.push(Step::new(format!("ALTER INDEX {} SET ({})", attrs.index(), storage_options::list(&attrs.options, ""))));
        }
        if let Some(space) = &attrs.tablespace {
            steps.push(Step::new(format!("ALTER INDEX {} SET TABLESPACE {}", attrs.index(), sql::name(space))));
        }
        steps.extend(index::targets(&attrs.index(), &BTreeMap::new(), &attrs.statistics));
        let of_large = key_of_partition::is_of_large(object, context);
        Ok(if of_large { steps.into_iter().map(Step::anywhere).collect() } else { steps })
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        if !attrs.options.is_empty()
            || !attrs.statistics.is_empty()
            || attrs.tablespace.is_some()
            || attrs.not_valid
            || object.parent.is_none()
        {
            return Ok(None);
        }
        if is_repeated(&attrs.definition, object, context) || !key_of_partition::twins(object, context).is_empty() {
            return Ok(None);
        }
        if attrs.r#type == 'p' && inheritance::is_kept_not_null(&object.id.path[..2], &attrs.key, context) {
            return Ok(None);
        }
        let definition = check_text::written(object, attrs.definition.clone(), context);
        Ok(Some(Attrs { definition, ..attrs }.clause(object)))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let head = table::head(context.from, &object.id.path[..2], false);
        let step = Step::clause(head, format!("DROP CONSTRAINT {}{}", context.if_exists(), sql::name(object.name(2))));
        // A migration that stopped half way may have left the index alone.
        let left = context.tolerant && is_large(object, context) && attrs.keyed(object, object.name(2)).is_some();
        let left = left.then(|| Step::new(format!("DROP INDEX IF EXISTS {}", attrs.index())));
        let index = left.or_else(|| key_of_partition::still(object, context));
        let in_parts = is_large(object, context) && attrs.index.is_some() && (attrs.partitioned || attrs.parent_index.is_some());
        let steps = std::iter::once(step).chain(index);
        Ok(if in_parts || is_succeeded(object, context) { steps.map(Step::anywhere).collect() } else { steps.collect() })
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let validated = old.definition.strip_suffix(" NOT VALID").unwrap_or(&old.definition) == new.definition && old.not_valid;
        if old.r#type != new.r#type
            || (old.definition != new.definition && !validated)
            || old.invalid
            || (new.not_valid && !old.not_valid)
        {
            let steps = if is_large(to, context) { new.exchanged(&old, to, context) } else { None };
            return Ok(steps.map_or(Alteration::Rebuild, Alteration::Steps));
        }
        let mut steps = Vec::new();
        if validated && !new.not_valid {
            let head = table::head(context.to, &to.id.path[..2], false);
            let step = Step::clause(head, format!("VALIDATE CONSTRAINT {}", sql::name(to.name(2))));
            let step = step.risks(Hazard::Scans(sql::path(&to.id.path[..2])));
            steps.push(if is_large(to, context) { step.alone() } else { step });
        }
        let clauses = storage_options::changes(&old.options, &new.options, "");
        steps.extend(clauses.into_iter().map(|it| Step::new(format!("ALTER INDEX {} {it}", new.index()))));
        if old.tablespace != new.tablespace {
            let space = sql::name(new.tablespace.as_deref().unwrap_or("pg_default"));
            steps.push(Step::new(format!("ALTER INDEX {} SET TABLESPACE {space}", new.index())));
        }
        steps.extend(index::targets(&new.index(), &old.statistics, &new.statistics));
        Ok(Alteration::Steps(steps))
    }

    fn exchanged(&self, old: &Object, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        key_exchange::of_partitioned(old, new, context)
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let old: Option<Attrs> = from.map(Object::read).transpose()?;
        let (new, table): (Attrs, _) = (to.read()?, &to.id.path[..2]);
        let held = old.is_some_and(|it| it.definition == new.definition && !it.not_valid);
        let asked = !new.shows && data_check::has_rows(table, context) && data_check::is_answerable(to, context);
        if new.not_valid || held || !asked || new.definition.ends_with(" NOT ENFORCED") {
            return Ok(Vec::new());
        }
        let name = sql::name(to.name(2));
        let Some(expression) = &new.expression else {
            let word = match new.r#type {
                'p' => "PRIMARY KEY",
                'u' => "UNIQUE",
                _ => "EXCLUDE",
            };
            let what = format!("{word} {name} of {}", sql::path(table));
            let Attrs { columns, predicate, nulls_alike, .. } = &new;
            let unique = Unique { what, table, keys: columns, predicate: predicate.as_deref(), nulls_alike: *nulls_alike };
            return Ok(vec![unique.check(context)]);
        };
        let from = if new.no_inherit { data_check::only(table, context) } else { data_check::with_children(table, context) };
        let query = data_check::rows(table, &from, &format!("NOT ({expression})"), context);
        let help = "correct them, or add the constraint NOT VALID".to_owned();
        Ok(vec![DataCheck { what: format!("CHECK {name} of {}", sql::path(table)), query, help, by_row: None }])
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let table = sql::path(&object.id.path[..2]);
        let mut names = vec![format!("constraint {} on {table}", object.name(2))];
        if let (Some(schema), Some(index)) = (object.id.path.first(), object.attrs.get("_index").and_then(|it| it.as_str())) {
            names.push(format!("relation {}", sql::path(&[schema.as_str(), index])));
        }
        names
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        let attrs: Attrs = object.read().ok()?;
        let table = Id::new("table", &object.id.path[..2]);
        let partition = Id::new("partition", &object.id.path[..2]);
        let attached = !context.changes.contains_key(&partition) || partition::changes_its_bound(&partition, context);
        let created = context.is_created(&table);
        if attrs.local && !attrs.inherited.is_empty() || !attached || (created && is_partition(&table, context)) {
            return None;
        }
        let (path, parents) = (&object.id.path, &attrs.inherited);
        let above = if created { parents.first() } else { inheritance::standing(path, parents, context) };
        let above = above.map(|it| Id::new("constraint", &[&it[0], &it[1], object.name(2)]));
        if created && !attrs.inherited.is_empty() && !(attrs.not_valid && above.as_ref().is_some_and(|it| context.is_created(it)))
        {
            return Some(table);
        }
        above
    }

    /// Attaching a partition attaches its matching index too; where it is not attached, or comes after the partition, that came first.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        if object.attrs.get("type").is_some_and(|it| it == "c") {
            return inheritance::before_a_check(object, context);
        }
        let partitioned = object.attrs.get("_partitioned").is_some() && object.attrs.get("_index").is_some();
        let Some(table) = object.id.path.get(..2).and_then(|it| <&[String; 2]>::try_from(it).ok()).filter(|_| partitioned) else {
            return key_of_partition::twins(object, context);
        };
        let partitions: Vec<Id> = context.to.partitions(table).map(|it| it.id.clone()).collect();
        let parent = serde_json::json!([object.id.path[0], object.id.path[1], object.attrs.get("_index")]);
        let parts = context.to.of_kind("constraint").filter(|it| it.attrs.get("_parent_index") == Some(&parent));
        let attached = parts.filter(|it| key_of_partition::twins(it, context).is_empty()).count();
        if attached < partitions.len() { partitions } else { Vec::new() }
    }

    /// In a rollback the key of a partitioned table goes before those of its partitions; a check goes before its children's.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let index = object.attrs.get("_partitioned").is_some().then(|| object.attrs.get("_index")?.as_str()).flatten();
        let checks = || inheritance::checks_below(object, context);
        index.map_or_else(checks, |_| key_of_partition::left_on_partitions(object, context))
    }

    /// A migration that stopped before it was attached to its parent's left it behind.
    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        context.tolerant && is_large(object, context) && object.read::<Attrs>().is_ok_and(|it| it.parent_index.is_some())
    }

    fn succeeds(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        succession::succeeds(object, context)
    }

    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        key_of_partition::goes_with(object, context)
    }

    fn outlives(&self, object: &Object, need: &Id, context: &Context<'_>) -> bool {
        key_of_partition::outlives(object, need, context)
    }

    fn held_by(&self, object: &Object, state: &Catalog) -> Vec<Id> {
        let holders = key_of_partition::holders(object, state);
        holders.into_iter().chain(inheritance::holders(object)).collect()
    }
}

/// Whether another key says the same: of those that stand in one CREATE TABLE, PostgreSQL keeps only one.
fn is_repeated(definition: &str, object: &Object, context: &Context<'_>) -> bool {
    let Some(columns) = definition.strip_prefix("UNIQUE ") else { return false };
    let others = context.to.within("constraint", &object.id.path[..2]).filter(|it| it.id != object.id);
    let mut definitions = others.filter_map(|it| Some((it, it.attrs.get("definition")?.as_str()?)));
    definitions.any(|(other, it)| it.strip_prefix("PRIMARY KEY ") == Some(columns) || it == definition && other.id < object.id)
}

fn is_partition(table: &Id, context: &Context<'_>) -> bool {
    context.to.get(table).is_some_and(|it| it.attrs.get("_partition").is_some())
}
