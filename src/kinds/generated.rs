//! Stored generated columns of large tables: PostgreSQL computes them for all rows under its strongest lock, and nothing makes one of a
//! column that is there.

use super::{Context, brackets};
use crate::catalog::{Id, Object};
use crate::sql;

/// What the folder could declare in the place of one that comes, or that gets another expression, so that nobody waits.
pub(super) fn otherwise(from: Option<&Object>, to: &Object, context: &Context<'_>) -> Option<String> {
    let text = |it: &Object, name: &str| it.attrs.get(name).and_then(|it| it.as_str()).map(str::to_owned);
    let table = Id::new("table", &to.id.path[..2]);
    let comes_from_parent = to.attrs.get("_inherited").and_then(|it| it.as_array()).is_some_and(|it| !it.is_empty());
    if text(to, "generated").as_deref() != Some("STORED") || comes_from_parent || !context.is_large(&table) {
        return None;
    }
    let (r#type, expression) = (text(to, "type")?, text(to, "expression")?);
    let is_other = |it: &Object| text(it, "expression").as_ref() != Some(&expression);
    if !context.is_created(&to.id) && !from.is_some_and(is_other) {
        return None;
    }
    let bare = expression.strip_suffix(')').filter(|it| brackets::opening(&expression, it.len()) == Some(0));
    let expression = bare.and_then(|it| it.strip_prefix('(')).unwrap_or(&expression);
    let (of, name) = (sql::path(&table.path), sql::name(to.name(2)));
    let plain = if from.is_some() { "a plain column of another name" } else { "a plain column" };
    let computed = if context.server.major < 18 {
        String::new()
    } else {
        format!(
            "{name} {type} GENERATED ALWAYS AS ({expression}) VIRTUAL costs nothing, where it has no index and no type or function of \
             your own; "
        )
    };
    Some(format!(
        "reads and writes of {of} wait while {name} is computed for every row, as it is STORED; in its place {computed}{plain} that a \
         trigger sets, declared below -- schemagen: using {expression}, is filled in batches"
    ))
}
