//! Statements that many kinds have alike and that only name an object: stepping aside, dropped.

use super::{Context, Step};
use crate::catalog::Object;
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

/// `DROP TYPE public.x`, for a kind whose path is the whole name.
pub(super) fn dropped(what: &str, object: &Object, context: &Context<'_>) -> Vec<Step> {
    vec![Step::new(format!("DROP {what} {}{}", context.if_exists(), sql::path(&object.id.path)))]
}
