//! Columns of views and materialized views: what can be set on them. They come and go with the view's query.

use serde::Deserialize;

use super::storage_options::{self, Options};
use super::{Alteration, Called, Context, Folded, Kind, Section, Space, Step, rename};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct ViewColumn;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Attrs {
    default: Option<String>,
    statistics: Option<i32>,
    /// Where it is another than the type's own, as in `attstorage`.
    storage: Option<char>,
    /// As in `attcompression`.
    compression: Option<char>,
    options: Options,
    /// The type's own storage.
    #[serde(rename = "_type_storage")]
    type_storage: char,
    #[serde(default)]
    _type: String,
    #[serde(default)]
    _position: i32,
}

impl Kind for ViewColumn {
    fn name(&self) -> &'static str {
        "view_column"
    }

    fn query(&self) -> &'static str {
        include_str!("view_column.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let parent = context.from.get(from).and_then(|it| it.parent.as_ref());
        let what = if parent.is_some_and(|it| it.kind == "view") { "VIEW" } else { "MATERIALIZED VIEW" };
        rename::part(from, to, |view, old, new| format!("ALTER {what} {} RENAME COLUMN {old} TO {new}", sql::path(view)))
    }

    /// A view's columns hold nothing of their own: those of one type in one place are one.
    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        old.parent == new.parent && same("_position") && same("_type")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(steps(object, &Attrs::default(), &attrs))
    }

    fn drop(&self, _: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(Vec::new())
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        Ok(Alteration::Steps(steps(to, &old, &new)))
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Column, object)]
    }
}

fn steps(object: &Object, old: &Attrs, new: &Attrs) -> Vec<Step> {
    let view = sql::path(object.id.path.get(..2).unwrap_or_default());
    let column = sql::name(object.name(2));
    if old.default != new.default {
        let clause = new.default.as_ref().map_or("DROP DEFAULT".to_owned(), |it| format!("SET DEFAULT {it}"));
        return vec![Step::new(format!("ALTER VIEW {view} ALTER COLUMN {column} {clause}"))];
    }
    let mut clauses = Vec::new();
    if old.statistics != new.statistics {
        clauses.push(format!("SET STATISTICS {}", new.statistics.unwrap_or(-1)));
    }
    if old.storage != new.storage {
        clauses.push(format!("SET STORAGE {}", storage(new.storage.unwrap_or(new.type_storage))));
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
    let head = format!("ALTER MATERIALIZED VIEW {view}");
    clauses.into_iter().map(|it| Step::clause(&head, format!("ALTER COLUMN {column} {it}"))).collect()
}

fn storage(letter: char) -> &'static str {
    match letter {
        'p' => "PLAIN",
        'e' => "EXTERNAL",
        'm' => "MAIN",
        _ => "EXTENDED",
    }
}
