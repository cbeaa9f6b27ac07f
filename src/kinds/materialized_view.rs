//! Materialized views (`pg_class` with relkind `m`). What they hold can be computed again, so it is not data; whether they hold
//! it already is a state and no difference.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::function::missed;
use super::storage_options::{self, Options};
use super::view::query;
use super::{Alteration, Body, Called, Context, Doubled, Folded, Kind, Likeness, Section, Space, Step, free, rename};
use crate::catalog::{Catalog, Id, Object, reached};
use crate::error::Result;
use crate::sql;

pub(super) struct MaterializedView;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    query: String,
    /// Only compared: the query decides them.
    columns: Value,
    options: Options,
    toast_options: Options,
    access_method: String,
    tablespace: Option<String>,
    #[serde(rename = "_populated")]
    populated: bool,
    /// It is there twice for a while, and this is the one that comes or goes.
    #[serde(default, rename = "_exchanged")]
    exchanged: bool,
}

impl Kind for MaterializedView {
    fn name(&self) -> &'static str {
        "materialized_view"
    }

    fn query(&self) -> &'static str {
        include_str!("materialized_view.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'm'")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("MATERIALIZED VIEW", from, to, context)
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        (same("query") && same("columns")).then(|| rename::exact("the same query".to_owned()))
    }

    /// After all that the functions in its query may call: their bodies, of which no dependency is recorded, run at once.
    fn section(&self) -> Section {
        Section::Between
    }

    /// It is filled as it is created, and what a routine with a string body calls then is not in the catalog: all routines come first,
    /// but for those that need a materialized view which waits for routines in the same way.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let has_body =
            |it: &Id| context.to.get(it).is_some_and(|it| super::kind(&it.id.kind).body(it).is_some_and(|it| !it.is_bound));
        let calls = |it: &Id| all_needs(it, context.to).into_iter().any(has_body);
        if !calls(&object.id) {
            return Vec::new();
        }
        let waits = |it: &Id| all_needs(it, context.to).into_iter().any(|need| need.kind == object.id.kind && calls(need));
        let created = context.changes.keys().filter(|it| context.is_created(it) && has_body(it));
        created.filter(|it| !waits(it)).cloned().collect()
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut statement = format!("CREATE MATERIALIZED VIEW {}", sql::path(&object.id.path));
        if attrs.access_method != "heap" {
            statement += &format!(" USING {}", sql::name(&attrs.access_method));
        }
        let options = [storage_options::list(&attrs.options, ""), storage_options::list(&attrs.toast_options, "toast.")];
        let options: Vec<String> = options.into_iter().filter(|it| !it.is_empty()).collect();
        if !options.is_empty() {
            statement += &format!(" WITH ({})", options.join(", "));
        }
        if let Some(tablespace) = &attrs.tablespace {
            statement += &format!(" TABLESPACE {}", sql::name(tablespace));
        }
        statement += &format!(" AS\n{}", query(&attrs.query));
        if !attrs.populated && !was_populated(object, context.from) {
            statement += "\nWITH NO DATA";
        }
        let analyze = attrs.exchanged.then(|| Step::new(format!("ANALYZE {}", sql::path(&object.id.path))));
        Ok(std::iter::once(Step::new(statement)).chain(analyze).collect())
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let path = sql::path(&object.id.path);
        let step = Step::new(format!("DROP MATERIALIZED VIEW {}{path}", context.if_exists()));
        if object.read::<Attrs>()?.exchanged {
            return Ok(vec![step]); // its successor has its name
        }
        Ok(vec![missed(step, &format!("the materialized view {path}"), object, context)])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let moves = old.access_method != new.access_method;
        if old.query != new.query || old.columns != new.columns || moves && context.server.major < 15 {
            return Ok(Alteration::Rebuild);
        }
        let mut clauses = storage_options::changes(&old.options, &new.options, "");
        clauses.extend(storage_options::changes(&old.toast_options, &new.toast_options, "toast."));
        if moves {
            clauses.push(format!("SET ACCESS METHOD {}", sql::name(&new.access_method)));
        }
        if old.tablespace != new.tablespace {
            clauses.push(format!("SET TABLESPACE {}", sql::name(new.tablespace.as_deref().unwrap_or("pg_default"))));
        }
        let head = format!("ALTER MATERIALIZED VIEW {}", sql::path(&to.id.path));
        Ok(Alteration::Steps(clauses.into_iter().map(|it| Step::clause(&head, it)).collect()))
    }

    fn exchanged(&self, old: &Object, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        let attrs: Attrs = old.read()?;
        if !attrs.populated || !context.is_large(&old.id) || self.alter(old, new, context)? != Alteration::Rebuild {
            return Ok(None);
        }
        // What stands on it must be able to stay on it as it is until then, and to change over at no cost.
        let is_below = |it: &&Object| it.id != old.id && all_needs(&it.id, context.from).contains(&old.id);
        let below: Vec<&Object> = context.from.objects.values().filter(is_below).collect();
        let is_filled = |it: &&Object| it.id.kind == self.name();
        let is_part = |it: &Id| context.from.lineage(it).any(|it| *it == old.id);
        let stays = |it: &Object| {
            let needs = all_needs(&it.id, context.from).into_iter().filter(|it| !is_part(it));
            needs.into_iter().all(|it| !context.changes.contains_key(it) || below.iter().any(|object| object.id == *it))
        };
        if below.iter().any(is_filled) || !stays(old) || !below.iter().all(|it| stays(it)) {
            return Ok(None);
        }
        let spare = free(&old.id, "_new", &[context.from, context.to]);
        let told = format!(
            "{} is built beside the one that is there and takes its place at once: what changes in between is in it after the next REFRESH",
            sql::path(&old.id.path)
        );
        Ok(Some(Doubled { spare: Some(spare), is_exchanged: true, told: Some(told), ..Doubled::default() }))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let path = sql::path(&object.id.path);
        vec![format!("relation {path}"), format!("type {path}")]
    }

    fn body(&self, object: &Object) -> Option<Body> {
        Body::bound("materialized view", object, "query")
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Relation, object)]
    }
}

/// Whether people could read it before: a rebuild must not leave it unreadable.
fn was_populated(object: &Object, from: &Catalog) -> bool {
    from.get(&object.id).and_then(|it| it.attrs.get("_populated")).and_then(Value::as_bool).unwrap_or(false)
}

/// What an object needs, and what that needs.
fn all_needs<'a>(id: &'a Id, state: &'a Catalog) -> BTreeSet<&'a Id> {
    reached(id, |it| state.needs(it))
}
