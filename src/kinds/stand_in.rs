//! A view that stands under the old name of a table for those who still use that.

use super::{Context, Doubled, grant, table};
use crate::catalog::{Id, Object};
use crate::error::{Error, Exit, Result};
use crate::sql;

/// How a table that gets another name is reached under the old one; `None` where it keeps its name or goes.
///
/// The view can be written to as the table can (Updatable Views, CREATE VIEW). From 15 on it reads and writes with the privileges, and
/// under the policies, of whoever uses it; before with its owner's, so that it would open what row security closes.
pub(super) fn of_table(old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
    let Some(new) = new.filter(|it| it.id != old.id && it.attrs.get("server").is_none()) else { return Ok(None) };
    let is_guarded = new.attrs.get("row_security").is_some();
    if is_guarded && context.server.major < 15 {
        return Err(refused(&old.id, "row security is on, and a view does not keep to it before PostgreSQL 15"));
    }
    let [schema, _] = old.id.path.as_slice() else { return Ok(None) };
    if schema != "public" && context.to.get(&Id::new("schema", std::slice::from_ref(schema))).is_none() {
        return Err(refused(&old.id, "its schema goes"));
    }
    let options = if context.server.major < 15 { "" } else { " WITH (security_invoker = true)" };
    let name = sql::path(&old.id.path);
    let columns = columns(&old.id, &new.id, context);
    let listed: Vec<String> = columns.iter().map(|it| sql::name(it)).collect();
    let view = format!("CREATE VIEW {name}{options} AS SELECT {} FROM {}", listed.join(", "), sql::path(&new.id.path));
    let is_seen = |it: &Id| it.kind != "column" || it.path.last().is_some_and(|it| columns.contains(it));
    let within = |it: &Id| context.to.lineage(it).any(|it| *it == new.id) && context.to.lineage(it).all(is_seen);
    let grants = context.to.of_kind("grant").filter(|it| within(&it.id));
    let mut statements = vec![view];
    for it in grants {
        statements.extend(grant::on_relation(it, &name)?);
    }
    Ok(Some(Doubled { statements, stays: true, ..Doubled::default() }))
}

/// The columns that both have, in the order of the old.
fn columns(old: &Id, new: &Id, context: &Context<'_>) -> Vec<String> {
    let names = |state, table| table::columns(state, table).into_iter().map(|it| it.1.to_owned()).collect::<Vec<_>>();
    let there = names(context.to, new);
    names(context.from, old).into_iter().filter(|it| there.contains(it)).collect()
}

fn refused(table: &Id, why: &str) -> Error {
    let error = Error::new(format!("no view can stand under the old name of {}: {why}", sql::path(&table.path)));
    error.exit(Exit::Refused).help("change it directly: --strategy direct, or without the hint")
}
