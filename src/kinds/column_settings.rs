//! Settings of columns that tune and do not define: statistics target, storage, compression, options (`pg_attribute`).

use serde::Deserialize;

use super::default_value::target;
use super::storage_options::{self, Options};
use super::{Alteration, Context, Folded, Kind, Section, Step, inheritance};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;

pub(super) struct ColumnSettings;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    statistics: Option<i32>,
    storage: Option<char>,
    compression: Option<char>,
    #[serde(default)]
    options: Options,
    #[serde(rename = "_type_storage")]
    type_storage: Option<char>,
    #[serde(default)]
    _foreign: bool,
}

/// The word for `pg_attribute.attstorage`.
pub(super) fn storage(letter: char) -> &'static str {
    match letter {
        'p' => "PLAIN",
        'e' => "EXTERNAL",
        'm' => "MAIN",
        _ => "EXTENDED",
    }
}

/// Clauses of `ALTER COLUMN` that lead from one to the other.
fn clauses(old: &Attrs, new: &Attrs) -> Vec<String> {
    let mut clauses = Vec::new();
    if old.statistics != new.statistics {
        clauses.push(format!("SET STATISTICS {}", new.statistics.unwrap_or(-1)));
    }
    if old.storage != new.storage {
        let letter = new.storage.or(new.type_storage).or(old.type_storage).unwrap_or('x');
        clauses.push(format!("SET STORAGE {}", storage(letter)));
    }
    if old.compression != new.compression {
        let method = match new.compression {
            Some('p') => "pglz",
            Some('l') => "lz4",
            _ => "default",
        };
        clauses.push(format!("SET COMPRESSION {method}"));
    }
    clauses.extend(storage_options::changes(&old.options, &new.options, ""));
    clauses
}

fn steps(object: &Object, old: &Attrs, new: &Attrs, context: &Context<'_>) -> Vec<Step> {
    let (head, column) = target(object, context);
    clauses(old, new).into_iter().map(|it| Step::clause(&head, format!("{column} {it}"))).collect()
}

/// Whether those of some tables that have a column store it in the same way: else none comes as a child of all (`MergeAttributes`), and
/// one that is has parents whose settings came after it.
pub(super) fn agree(tables: &[[String; 2]], column: &str, state: &Catalog) -> bool {
    let id = |kind: &str, it: &[String; 2]| Id::new(kind, &[&it[0], &it[1], column]);
    let stored = |it: &[String; 2]| {
        let settings = state.get(&id("column_settings", it));
        ["storage", "compression"].map(|it| settings.and_then(|settings| settings.attrs.get(it)))
    };
    let mut stored = tables.iter().filter(|it| state.get(&id("column", it)).is_some()).map(stored);
    let first = stored.next();
    stored.all(|it| Some(it) == first)
}

impl Kind for ColumnSettings {
    fn name(&self) -> &'static str {
        "column_settings"
    }

    fn query(&self) -> &'static str {
        include_str!("column_settings.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let column = Id::new("column", &object.id.path);
        let heirs = inheritance::heirs(&column, context.to);
        let torn = heirs.filter(|it| !agree(&inheritance::parents(it), object.name(2), context.to));
        torn.map(|it| Id::new("table", &it.id.path[..2])).filter(|it| context.is_created(it)).collect()
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(steps(object, &Attrs::default(), &object.read()?, context))
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(steps(object, &object.read()?, &Attrs::default(), context))
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(steps(to, &from.read()?, &to.read()?, context)))
    }
}
