//! Statements that many kinds have alike and that only name an object: renamed, stepping aside, dropped.

use super::{Context, Step};
use crate::catalog::{Id, Object};
use crate::sql;

/// How a type (`TYPE` or `DOMAIN`) steps aside: renamed, and dropped under the other name once no column is of it.
pub(super) fn aside(what: &str, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
    let (name, schema) = object.id.path.split_last()?;
    let mut other = format!("{}_replaced", name.chars().take(40).collect::<String>());
    while context.from.objects.keys().chain(context.to.objects.keys()).any(|it| it.path == [schema, &[other.clone()]].concat()) {
        other.push('_');
    }
    let moved = [schema, &[other.clone()]].concat();
    Some((
        Step::new(format!("ALTER {what} {} RENAME TO {}", sql::path(&object.id.path), sql::name(&other))),
        Step::new(format!("DROP {what} {}{}", context.if_exists(), sql::path(&moved))),
    ))
}

/// `ALTER VIEW public.x RENAME TO y`, for a kind whose path is the whole name; the schema stays.
pub(super) fn renamed(what: &str, from: &Id, to: &Id, context: &Context<'_>) -> Option<Step> {
    let ((name, schema), (_, before)) = (to.path.split_last()?, from.path.split_last()?);
    // Types, domains and statistics know no IF EXISTS here.
    let if_exists = if matches!(what, "TYPE" | "DOMAIN" | "STATISTICS") { "" } else { context.if_exists() };
    let step = || format!("ALTER {what} {if_exists}{} RENAME TO {}", sql::path(&from.path), sql::name(name));
    (schema == before).then(|| Step::new(step()))
}

/// The same for a part of a table: `ALTER TABLE public.t RENAME CONSTRAINT x TO y`.
pub(super) fn renamed_in_table(what: &str, from: &Id, to: &Id, context: &Context<'_>) -> Option<Step> {
    let ((name, table), (old, before)) = (to.path.split_last()?, from.path.split_last()?);
    let head = super::table::head(context.from, table, false);
    let step = || format!("{head} RENAME {what} {} TO {}", sql::name(old), sql::name(name));
    (table == before).then(|| Step::new(step()))
}

/// `DROP TYPE public.x`, for a kind whose path is the whole name.
pub(super) fn dropped(what: &str, object: &Object, context: &Context<'_>) -> Vec<Step> {
    vec![Step::new(format!("DROP {what} {}{}", context.if_exists(), sql::path(&object.id.path)))]
}
