//! Indexes that no constraint owns (`pg_index`). On a partitioned table that stands each level is created by
//! itself and then attached; on a new one they come together.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::data_check::{self, Unique};
use super::key_of_partition::{self, is_large};
use super::storage_options::{self, Options};
use super::{
    Alteration, Beside, Context, DataCheck, Doubled, Folded, Kind, Section, Step, Verb, free, online, partition, rename,
    succession,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Index;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    #[serde(rename = "_definition")]
    whole: String,
    #[serde(default, rename = "_exchanged")]
    _exchanged: bool,
    #[serde(default)]
    options: Options,
    tablespace: Option<String>,
    #[serde(default)]
    statistics: BTreeMap<String, i32>,
    #[serde(default)]
    invalid: bool,
    #[serde(rename = "_table")]
    table: [String; 2],
    #[serde(rename = "_unique")]
    unique: bool,
    #[serde(default, rename = "_columns")]
    columns: Vec<(String, Option<String>)>,
    #[serde(rename = "_predicate")]
    predicate: Option<String>,
    #[serde(default, rename = "_nulls_alike")]
    nulls_alike: bool,
    #[serde(default, rename = "_computed")]
    computed: bool,
    #[serde(rename = "_parent_index")]
    parent_index: Option<[String; 3]>,
    #[serde(default)]
    _brings: bool,
}

impl Attrs {
    /// The definition as one would write it: a btree by default, and on a new partitioned table with its partitions.
    fn statement(&self, object: &Object, context: &Context<'_>) -> String {
        let table = sql::path(&self.table);
        let head = |only: &str| {
            let unique = if self.unique { "UNIQUE " } else { "" };
            format!("CREATE {unique}INDEX {} ON {only}{table}", sql::name(object.name(1)))
        };
        let only = if brings(object, context) || partition::hides_some(&self.table, context) { "" } else { "ONLY " };
        let (alone, with_all) = (head("ONLY "), head(""));
        let (lead, rest) = match (self.whole.strip_prefix(&alone), self.whole.strip_prefix(&with_all)) {
            (Some(rest), _) => (head(only), rest),
            (None, Some(rest)) => (with_all, rest),
            (None, None) => return self.whole.clone(),
        };
        rest.strip_prefix(" USING btree").map_or_else(|| format!("{lead}{rest}"), |rest| format!("{lead}{rest}"))
    }
}

/// Whether the index of a new partitioned table makes those of all its partitions, which are new, too.
fn brings(index: &Object, context: &Context<'_>) -> bool {
    let is_new = |it: &Id| context.to.partitions(&it.path).all(|it| context.is_created(&Id::new("table", &it.id.path)));
    index.attrs.get("_brings").is_some() && index.parent.as_ref().is_some_and(|it| context.is_created(it) && is_new(it))
}

/// The index of the partitioned table that brings this one along.
pub(super) fn bringer(index: &Object, context: &Context<'_>) -> Option<Id> {
    let above = index.attrs.get("_parent_index")?.as_array()?;
    let name = |position: usize| above.get(position)?.as_str();
    let id = Id::new("index", &[name(0)?, name(2)?]);
    let above = context.to.get(&id)?;
    // The outermost decides: what a partition has is made from there.
    let is_brought = brings(above, context) || bringer(above, context).is_some();
    (is_brought && index.parent.as_ref().is_some_and(|it| context.is_created(it))).then_some(id)
}

impl Attrs {
    /// Whether it is the index of a partitioned table, which holds nothing itself.
    fn is_partitioned(&self, name: &str) -> bool {
        self.definition.contains(&format!(" INDEX {} ON ONLY ", sql::name(name)))
    }

    /// Built while others read and write.
    fn built(&self, object: &Object, name: &str) -> Step {
        let space = self.tablespace.as_ref().map_or(String::new(), |it| format!(" TABLESPACE {}", sql::name(it)));
        online::index(&self.whole, object.name(1), name, &space)
    }

    /// What follows once it is built; what it computes has no statistics before, and all that come to one table get them together.
    fn finished(&self, object: &Object, name: &str, context: &Context<'_>) -> Vec<Step> {
        let mut steps: Vec<Step> = targets(name, &BTreeMap::new(), &self.statistics).into_iter().map(Step::alone).collect();
        let comes_later = |it: &Object| {
            let is_computed = it.attrs.get("_computed").is_some();
            it.id > object.id && is_computed && context.is_created(&it.id)
        };
        let mut beside = object.parent.iter().flat_map(|it| context.to.children(it, "index"));
        let mut is_last = || !context.is_created(&object.id) || !beside.any(comes_later);
        if self.computed && is_last() {
            steps.push(Step::new(format!("ANALYZE {}", sql::path(&self.table))).alone());
        }
        steps
    }

    /// Built beside the old one, which then gives it its name.
    fn exchanged(&self, object: &Object, context: &Context<'_>) -> Vec<Step> {
        let spare = online::spare(&object.id.path, context);
        let path = sql::path(&[object.name(0), &spare]);
        let left = context.tolerant.then(|| online::dropped_index(&path, context));
        let mut steps: Vec<Step> = left.into_iter().chain([self.built(object, &spare)]).collect();
        steps.extend(self.finished(object, &path, context));
        steps.push(online::dropped_index(&sql::path(&object.id.path), context));
        steps.push(Step::new(format!("ALTER INDEX {path} RENAME TO {}", sql::name(object.name(1)))).alone());
        steps
    }
}

impl Kind for Index {
    fn name(&self) -> &'static str {
        "index"
    }

    fn query(&self) -> &'static str {
        include_str!("index.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_index WHERE indexrelid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn beside(&self, _: &Object, _: &Id) -> Beside {
        Beside::Both
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        if attrs.is_partitioned(object.name(1)) {
            let again = context.tolerant && is_large(object, context);
            let statement = attrs.statement(object, context);
            let whole = if again { statement.replacen("INDEX ", "INDEX IF NOT EXISTS ", 1) } else { statement };
            // With those of its partitions, so that one rollback undoes them all.
            let for_all = partition::is_for_all(object, &attrs.table, context)?;
            let built = for_all.then(|| Hazard::BuildsIndex(sql::path(&attrs.table)));
            let step = built.into_iter().fold(Step::new(whole), Step::risks);
            return Ok(vec![if is_large(object, context) { step.alone() } else { step.anywhere() }]);
        }
        if is_large(object, context) {
            let step = attrs.built(object, object.name(1));
            let steps = if context.tolerant { online::index_if_missing(step, &object.id.path).to_vec() } else { vec![step] };
            return Ok(steps.into_iter().chain(attrs.finished(object, &name, context)).collect());
        }
        let mut steps = vec![Step::new(attrs.statement(object, context)).risks(Hazard::BuildsIndex(sql::path(&attrs.table)))];
        if let Some(space) = &attrs.tablespace {
            steps.push(Step::new(format!("ALTER INDEX {name} SET TABLESPACE {}", sql::name(space))));
        }
        steps.extend(targets(&name, &BTreeMap::new(), &attrs.statistics));
        let of_large = key_of_partition::is_of_large(object, context);
        Ok(if of_large { steps.into_iter().map(Step::anywhere).collect() } else { steps })
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        // With the column goes the lock that CONCURRENTLY avoids.
        let loses_column = context.from.needs(&object.id).any(|it| Some(it) != object.parent.as_ref() && context.is_dropped(it));
        let still = key_of_partition::still(object, context);
        let in_parts = attrs.parent_index.is_some() || attrs.is_partitioned(object.name(1));
        if is_large(object, context) && !loses_column && !in_parts {
            return Ok(still.into_iter().map(Step::alone).chain([online::dropped_index(&name, context)]).collect());
        }
        let step = Step::new(key_of_partition::dropped(&object.id, context.from, context.if_exists()));
        let steps = still.into_iter().chain([step]);
        Ok(if in_parts && is_large(object, context) { steps.map(Step::anywhere).collect() } else { steps.collect() })
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let in_parts = |it: &Attrs| it.parent_index.is_some() || it.is_partitioned(to.name(1));
        // With a column's type the old one would be built anew, which PostgreSQL may refuse.
        let is_retyped = |it: &Id| it.kind == "column" && context.changes.get(it) == Some(&Verb::Alter);
        let moves = context.from.needs(&from.id).any(is_retyped);
        let stands_alone = !in_parts(&old) && !in_parts(&new) && !moves && !online::is_needed(&from.id, context);
        // No partitioned index takes other settings where it stands.
        let is_set = old.options != new.options && new.is_partitioned(to.name(1));
        let is_other = old.definition != new.definition || old.invalid || is_set;
        if is_other && is_large(to, context) && stands_alone && from.parent == to.parent {
            return Ok(Alteration::Steps(new.exchanged(to, context)));
        }
        if is_other {
            return Ok(Alteration::Rebuild);
        }
        let name = sql::path(&to.id.path);
        let clauses = storage_options::changes(&old.options, &new.options, "");
        let mut steps: Vec<Step> = clauses.into_iter().map(|it| Step::new(format!("ALTER INDEX {name} {it}"))).collect();
        if old.tablespace != new.tablespace {
            let space = sql::name(new.tablespace.as_deref().unwrap_or("pg_default"));
            steps.push(Step::new(format!("ALTER INDEX {name} SET TABLESPACE {space}")));
        }
        steps.extend(targets(&name, &old.statistics, &new.statistics));
        Ok(Alteration::Steps(steps))
    }

    /// Level by level, as a new one is built: until all of it is there, the old one serves.
    fn exchanged(&self, old: &Object, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        if !is_large(new, context) {
            return Ok(None);
        }
        let with = key_of_partition::tree(old, context.from);
        let is_root = |it: &Id| context.from.get(it).zip(context.to.get(it)).is_some_and(|it| !it.0.same(it.1));
        let changes = with.len() > 1 && with.first().is_some_and(is_root) && old.parent == new.parent;
        if !changes || self.alter(old, new, context)? != Alteration::Rebuild {
            return Ok(None);
        }
        let is_part = |it: &Id| context.from.lineage(it).any(|it| with.contains(it));
        // Nothing else stands on any of them, and what they stand on stays.
        let is_plain = with.iter().all(|it| it.kind == self.name()) && key_of_partition::is_alone(&with, context.from);
        let moves = key_of_partition::tables_move(with.iter().filter_map(|it| context.from.get(it)), context);
        let needs = with.iter().flat_map(|it| context.from.needs(it)).filter(|it| !is_part(it));
        if !is_plain || moves || needs.into_iter().any(|it| context.changes.contains_key(it)) {
            return Ok(None);
        }
        let spare = free(&old.id, "_new", &[context.from, context.to]);
        Ok(Some(Doubled { spare: Some(spare), is_exchanged: true, with, ..Doubled::default() }))
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let old: Option<Attrs> = from.map(Object::read).transpose()?;
        let new: Attrs = to.read()?;
        let held = old.is_some_and(|it| it.unique && it.columns == new.columns && it.predicate == new.predicate && !it.invalid);
        let stored = context.to.needs(&to.id).filter(|it| it.kind == "column").all(|it| data_check::holds_values(it, context));
        if !new.unique || held || !stored || !data_check::has_rows(&new.table, context) {
            return Ok(Vec::new());
        }
        let what = format!("unique index {}", sql::path(&to.id.path));
        let Attrs { table, columns, predicate, nulls_alike, .. } = &new;
        let unique = Unique { what, table, keys: columns, predicate: predicate.as_deref(), nulls_alike: *nulls_alike };
        Ok(vec![unique.check(context)])
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("relation {}", sql::path(&object.id.path))]
    }

    /// Attaching a partition matches its indexes with its parent's by what they index; of two that are alike it may take the
    /// wrong one. So a table's new partitions are attached before it gets indexes.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let Ok(attrs) = object.read::<Attrs>() else { return Vec::new() };
        if !attrs.is_partitioned(object.name(1)) {
            return key_of_partition::twins(object, context);
        }
        context.to.partitions(&attrs.table).map(|it| it.id.clone()).collect()
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        bringer(object, context)
    }

    fn place(&self, object: &Object) -> Option<Vec<Id>> {
        key_of_partition::place(object)
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let nameless = |it: &Object| {
            let mut attrs = it.attrs.clone();
            let definition = attrs.get("definition").and_then(|it| it.as_str()).unwrap_or_default();
            let definition = definition.replacen(&format!(" INDEX {} ON ", sql::name(it.name(1))), " INDEX ON ", 1);
            if let Some(attrs) = attrs.as_object_mut() {
                attrs.retain(|name, _| !name.starts_with('_'));
                attrs.insert("definition".to_owned(), definition.into());
            }
            attrs
        };
        old.name(0) == new.name(0) && old.parent == new.parent && nameless(old) == nameless(new)
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("INDEX", from, to, context)
    }

    /// In a rollback the index of a partitioned table goes before those of its partitions.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        if object.read::<Attrs>().is_ok_and(|it| it.is_partitioned(object.name(1))) {
            key_of_partition::left_on_partitions(object, context)
        } else {
            Vec::new()
        }
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
        key_of_partition::holders(object, state)
    }
}

/// The statements that bring the statistics targets of an index's columns, by number, from one state to the other.
pub(super) fn targets(index: &str, old: &BTreeMap<String, i32>, new: &BTreeMap<String, i32>) -> Vec<Step> {
    let gone = old.keys().filter(|it| !new.contains_key(*it)).map(|it| (it, -1));
    let set = new.iter().filter(|it| old.get(it.0) != Some(it.1)).map(|it| (it.0, *it.1));
    let step = |(column, target)| Step::new(format!("ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}"));
    gone.chain(set).map(step).collect()
}
