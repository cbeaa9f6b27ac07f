//! Indexes that no constraint owns (`pg_index`). On a partitioned table that stands each level is created by
//! itself and then attached; on a new one they come together.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::data_check::{self, Unique};
use super::storage_options::{self, Options};
use super::{Alteration, Context, DataCheck, Folded, Kind, Section, Step, constraint};
use crate::catalog::{Id, Object};
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
        let only = if brings(object, context) { "" } else { "ONLY " };
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
    let table = index.attrs.get("_table");
    let is_of = |it: &&Object| it.attrs.get("parent") == table;
    index.attrs.get("_brings").is_some()
        && index.parent.as_ref().is_some_and(|it| context.is_created(it))
        && context.to.of_kind("partition").filter(is_of).all(|it| context.is_created(&Id::new("table", &it.id.path)))
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

impl Kind for Index {
    fn name(&self) -> &'static str {
        "index"
    }

    fn query(&self) -> &'static str {
        include_str!("index.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        let mut steps = vec![Step::new(attrs.statement(object, context)).risks(Hazard::BuildsIndex(sql::path(&attrs.table)))];
        if let Some(space) = &attrs.tablespace {
            steps.push(Step::new(format!("ALTER INDEX {name} SET TABLESPACE {}", sql::name(space))));
        }
        steps.extend(attrs.statistics.iter().map(|it| statistics(&name, it.0, *it.1)));
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP INDEX {}{}", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.definition != new.definition || old.invalid {
            return Ok(Alteration::Rebuild);
        }
        let name = sql::path(&to.id.path);
        let clauses = storage_options::changes(&old.options, &new.options, "");
        let mut steps: Vec<Step> = clauses.into_iter().map(|it| Step::new(format!("ALTER INDEX {name} {it}"))).collect();
        if old.tablespace != new.tablespace {
            let space = sql::name(new.tablespace.as_deref().unwrap_or("pg_default"));
            steps.push(Step::new(format!("ALTER INDEX {name} SET TABLESPACE {space}")));
        }
        let gone = old.statistics.keys().filter(|it| !new.statistics.contains_key(*it)).map(|it| statistics(&name, it, -1));
        let set =
            new.statistics.iter().filter(|it| old.statistics.get(it.0) != Some(it.1)).map(|it| statistics(&name, it.0, *it.1));
        steps.extend(gone.chain(set));
        Ok(Alteration::Steps(steps))
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
        if !attrs.definition.contains(" ON ONLY ") {
            return Vec::new();
        }
        context.to.of_kind("partition").filter(|it| super::partition::is_of(it, &attrs.table)).map(|it| it.id.clone()).collect()
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        bringer(object, context)
    }

    fn place(&self, object: &Object) -> Option<Vec<Id>> {
        let attrs: Attrs = object.read().ok()?;
        constraint::place(attrs.parent_index.as_ref(), &attrs.table)
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

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Option<Step> {
        super::renamed("INDEX", from, to, context)
    }

    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        object
            .read::<Attrs>()
            .map_or(Vec::new(), |it| constraint::parent_index(it.parent_index.as_ref(), object.parent.as_ref(), context))
    }
}

fn statistics(name: &str, column: &str, target: i32) -> Step {
    Step::new(format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {target}"))
}
