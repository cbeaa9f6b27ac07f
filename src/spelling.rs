//! Expressions that PostgreSQL prints in two ways though they say the same: what it printed, fed back, need not be printed the
//! same again (`NULL` in the second half of a `UNION` comes back as `NULL::integer AS int4`).
//!
//! Two texts that look alike are not called equal by that: the one is fed back on a server, and what it prints then decides.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use crate::catalog::{Catalog, Id, Object};
use crate::database::Database;
use crate::diff::diff;
use crate::error::Result;
use crate::introspect::introspect_kinds;
use crate::kinds::{Conditions, Server, Verb};
use crate::plan::plan;
use crate::render;
use crate::row_names;
use crate::timing;

/// What may differ in print alone: the case of a field, casts, aliases, brackets and space.
static FRILLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?P<field>\bEXTRACT\([A-Za-z_]+ FROM\b)|::(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_. ]*)(?:\(\d+(?:,\d+)?\))?(?:\[\])*|\bAS (?:"(?:[^"]|"")+"|[a-z_0-9]+)|[()\s]"#,
    )
    .ok()
});

/// The objects that differ in nothing but expressions that look alike.
pub fn alike(from: &Catalog, to: &Catalog) -> BTreeSet<Id> {
    let altered = diff(from, to).into_iter().filter(|it| it.1 == Verb::Alter).map(|it| it.0);
    altered.filter(|id| matches!((from.get(id), to.get(id)), (Some(old), Some(new)) if look_alike(old, new))).collect()
}

fn look_alike(old: &Object, new: &Object) -> bool {
    let (Some(old), Some(new)) = (old.attrs.as_object(), new.attrs.as_object()) else { return false };
    let compared = |it: &&String| !it.starts_with('_');
    old.keys().filter(compared).eq(new.keys().filter(compared))
        && old.iter().filter(|it| compared(&it.0)).all(|(name, value)| match name.as_str() {
            "source" => *value == new[name],
            _ => same_but_frills(value, &new[name]),
        })
}

fn same_but_frills(old: &Value, new: &Value) -> bool {
    match (old, new, FRILLS.as_ref()) {
        (Value::String(old), Value::String(new), Some(frills)) => {
            let field = |it: &Captures<'_>| it.name("field").map_or(String::new(), |it| it.as_str().to_lowercase());
            old == new || old.contains(' ') && frills.replace_all(old, field) == frills.replace_all(new, field)
        }
        (old, new, _) => old == new,
    }
}

/// The state of `database` after the objects `doubtful`, which look like those of `other`, are made once more from their printed
/// text. The state as it was where that cannot be done.
pub async fn printed_again(
    database: &mut Database,
    state: Catalog,
    other: &Catalog,
    doubtful: &BTreeSet<Id>,
    server: &Server,
) -> Result<Catalog> {
    let _stage = timing::stage("print expressions again");
    let mut before = state.clone();
    for id in doubtful {
        if let (Some(object), Some(old)) = (before.objects.get_mut(id), other.get(id)) {
            object.attrs = old.attrs.clone();
        }
    }
    let steps = plan(&before, &state, &Conditions::ours(server))?;
    let mut sql = "BEGIN; SET LOCAL check_function_bodies = off".to_owned();
    for statement in render::statements(&steps) {
        sql.push_str(";\n");
        sql.push_str(&statement.sql);
    }
    sql.push_str(";\nCOMMIT");
    if let Err(error) = database.run(&sql).await {
        tracing::debug!(%error, "what is printed could not be fed back");
        database.run("ROLLBACK").await?;
        return Ok(state);
    }
    let kinds = doubtful.iter().flat_map(|it| state.lineage(it)).map(|it| it.kind.as_str()).collect();
    let printed = introspect_kinds(database, &kinds).await?;
    let mut state = state.clone();
    for id in doubtful {
        if let (Some(object), Some(printed)) = (state.objects.get_mut(id), printed.get(id)) {
            object.attrs.clone_from(&printed.attrs);
        }
    }
    row_names::by_column(&mut state);
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn casts_aliases_and_brackets_are_frills_and_words_are_not() {
        let alike = |old: &str, new: &str| same_but_frills(&json!(old), &json!(new));
        assert!(alike("SELECT a, NULL::integer FROM t", "SELECT a, NULL::integer AS int4 FROM t"));
        assert!(alike("(v)::text = 'a'::text", "((v)::text = ('a'::character varying(5))::text)"));
        assert!(alike("EXTRACT(YEAR FROM day)", "EXTRACT(year FROM day)"));
        assert!(!alike("EXTRACT(YEAR FROM day)", "EXTRACT(month FROM day)"));
        assert!(!alike("a > 1", "a > 2"));
        assert!(!alike("a", "b"));
    }
}
