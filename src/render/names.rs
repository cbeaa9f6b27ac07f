//! How objects are called in texts.

use crate::archive::SCHEMA;
use crate::catalog::Id;
use crate::kinds::{KINDS, Kind, Section};
use crate::shape::Words;
use crate::sql;

/// The kind of an object; none when a plan was built by hand.
fn kind(id: &Id) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|it| it.name() == id.kind)
}

/// The kind in words: `check constraint`.
pub(super) fn kind_word(id: &Id) -> String {
    id.kind.replace('_', " ")
}

/// Where the kind stands in the list of kinds.
pub(super) fn rank(id: &Id) -> usize {
    KINDS.iter().position(|it| it.name() == id.kind).unwrap_or(KINDS.len())
}

/// Whether the object is something that any object can have: a comment, an owner, a grant.
pub(super) fn is_attached(id: &Id) -> bool {
    kind(id).is_some_and(Kind::follows_parent)
}

/// The qualified name: `public.orders`, `public.total(integer)`. What belongs to the whole database and has no name of its own
/// (default privileges) is called by its kind; what is attached to an object, as that object.
pub(super) fn named(id: &Id) -> String {
    if is_attached(id) {
        return sql::path(id.path.get(1..).unwrap_or_default());
    }
    if id.path.len() > 1 && kind(id).is_some_and(|it| it.section() == Section::Last) {
        return kind_word(id);
    }
    match id.path.split_last() {
        Some((arguments, name)) if is_routine(id) => format!("{}({arguments})", sql::path(name)),
        _ => sql::path(&id.path),
    }
}

/// The last name alone, as it was given.
pub(super) fn short(id: &Id) -> &str {
    let names = if is_routine(id) { &id.path[..id.path.len() - 1] } else { &id.path[..] };
    names.last().map_or("", String::as_str)
}

fn is_routine(id: &Id) -> bool {
    id.path.len() > 1 && !is_attached(id) && kind(id).is_some_and(|it| it.section() == Section::Routine)
}

/// The name of a part of `group` inside it, `None` for what stands by itself.
pub(super) fn inside(id: &Id, group: &Id) -> Option<String> {
    let part = id.path.strip_prefix(group.path.as_slice()).filter(|it| !it.is_empty())?;
    (id.kind != group.kind && !is_attached(id) && !is_routine(id)).then(|| sql::path(part))
}

/// Text as Markdown code on one line, whatever it holds.
pub(super) fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fence = "`".repeat(longest_run(&line) + 1);
    if fence.len() > 1 || line.is_empty() { format!("{fence} {line} {fence}") } else { format!("`{line}`") }
}

/// The same, cut to `limit` characters.
pub(super) fn short_code(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return code(&line);
    }
    code(&format!("{}…", line.chars().take(limit).collect::<String>().trim_end()))
}

/// Text for one cell of a Markdown table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn longest_run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or(0)
}

/// Whether a statement makes the schema that keeps what goes, or a table there.
pub(super) fn is_keeping(sql: &str) -> bool {
    ["CREATE SCHEMA IF NOT EXISTS ", "CREATE TABLE "]
        .iter()
        .any(|it| sql.strip_prefix(it).is_some_and(|it| it.starts_with(SCHEMA)))
}

/// Whether a statement only keeps others off a relation.
pub(super) fn is_lock(sql: &str) -> bool {
    Words::new(sql).accept("LOCK TABLE") || locked_view(sql).is_some()
}

/// The view that a statement locks and leaves as it is.
pub(super) fn locked_view(sql: &str) -> Option<&str> {
    let mut words = Words::new(sql);
    let path = words.accept("ALTER VIEW").then(|| words.path()).flatten()?;
    (sql == sql::lock_view(&sql::parts(path))).then_some(path)
}

/// Whether a statement says of a function what is true already, so that running sessions compile it anew.
pub(super) fn is_recompiling(sql: &str) -> bool {
    let says = |it: &str| [" VOLATILE", " STABLE", " IMMUTABLE"].iter().any(|end| it.ends_with(end));
    sql.starts_with("ALTER FUNCTION ") && says(sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_is_fenced_longer_than_what_is_in_it() {
        assert_eq!(code("a\n  b"), "`a b`");
        assert_eq!(code("a ``b` c"), "``` a ``b` c ```");
    }
}
