//! Views (`pg_class` with relkind `v`, and their rule `_RETURN`).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::function::missed;
use super::storage_options::{self, Options};
use super::{
    Alteration, Body, Called, Context, Folded, Kind, Likeness, LockOrder, Section, Space, Step, Stub, Verb, lock_order, rename,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::lock::Mode;
use crate::sql;

pub(super) struct View;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    query: String,
    columns: Vec<Column>,
    options: Options,
}

/// What `CREATE OR REPLACE VIEW` must find unchanged of each column.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    of: String,
    collation: Option<String>,
}

impl Kind for View {
    fn name(&self) -> &'static str {
        "view"
    }

    fn query(&self) -> &'static str {
        include_str!("view.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'v'")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("VIEW", from, to, context)
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        (same("query") && same("columns")).then(|| rename::exact("the same query".to_owned()))
    }

    fn section(&self) -> Section {
        Section::View
    }

    fn lock(&self, path: &[String], _: Mode) -> Option<String> {
        Some(sql::lock_view(path))
    }

    /// Whoever reads a view locks it before what it reads (`AcquireRewriteLocks`).
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        lock_order::others(&object.id, object, state).into_iter().map(|it| LockOrder::through(&object.id, it)).collect()
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![statement("CREATE VIEW", object)?])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let path = sql::path(&object.id.path);
        let step = Step::new(format!("DROP VIEW {}{path}", context.if_exists()));
        Ok(vec![missed(step, &format!("the view {path}"), object, context)])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if !new.columns.starts_with(&old.columns) || old.query != new.query && is_of_another_type(&old.columns, context) {
            return Ok(Alteration::Rebuild);
        }
        if old.query != new.query || old.columns != new.columns {
            return Ok(Alteration::Steps(vec![statement("CREATE OR REPLACE VIEW", to)?]));
        }
        let path = sql::path(&to.id.path);
        let clauses = storage_options::changes(&old.options, &new.options, "");
        Ok(Alteration::Steps(clauses.iter().map(|it| Step::new(format!("ALTER VIEW {path} {it}"))).collect()))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let path = sql::path(&object.id.path);
        vec![format!("relation {path}"), format!("type {path}")]
    }

    /// As pg_dump does: its columns, each NULL of its type.
    fn stub(&self, object: &Object, catalog: &Catalog) -> Option<Stub> {
        let attrs: Attrs = object.read().ok()?;
        let column = |it: &Column| {
            let collation = it.collation.as_ref().map_or(String::new(), |it| format!(" COLLATE {it}"));
            format!("    NULL::{}{collation} AS {}", it.of, sql::name(&it.name))
        };
        let columns: Vec<String> = attrs.columns.iter().map(column).collect();
        let mut stub = object.clone();
        stub.attrs["query"] = format!(" SELECT\n{}", columns.join(",\n")).into();
        stub.attrs["options"] = serde_json::json!([]);
        let parts = catalog.children(&object.id, "view_column").flat_map(|it| catalog.needs(&it.id));
        let needs = parts.chain(&object.parent).filter(|it| **it != object.id).cloned().collect();
        Some(Stub { object: stub, needs })
    }

    fn body(&self, object: &Object) -> Option<Body> {
        Body::bound("view", object, "query")
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Relation, object)]
    }
}

/// Whether a type of these columns is made anew: it is another one then, though its name is the same.
fn is_of_another_type(columns: &[Column], context: &Context<'_>) -> bool {
    const TYPES: &[&str] = &["base_type", "composite_type", "domain", "enum_type", "range_type"];
    let rebuilt = context.changes.iter().filter(|it| *it.1 == Verb::Rebuild && TYPES.contains(&it.0.kind.as_str()));
    let rebuilt: BTreeSet<String> = rebuilt.map(|it| sql::path(&it.0.path)).collect();
    columns.iter().any(|it| rebuilt.contains(it.of.trim_end_matches("[]")))
}

/// Always with all options: replacing without them resets them.
fn statement(head: &str, object: &Object) -> Result<Step> {
    let attrs: Attrs = object.read()?;
    let (path, with) = (sql::path(&object.id.path), storage_options::with(&attrs.options));
    Ok(Step::new(format!("{head} {path}{with} AS\n{}", query(&attrs.query))))
}

/// A query as `pg_get_viewdef` prints it, without the semicolon.
pub(super) fn query(text: &str) -> &str {
    text.strip_suffix(';').unwrap_or(text)
}
