//! How objects get another name or another schema, and by what one that goes and one that comes are known to be alike.

use std::collections::BTreeSet;

use super::{Context, Degree, Likeness, Step};
use crate::catalog::{Catalog, Id, Object};
use crate::sql;

/// `ALTER VIEW public.x RENAME TO y` or `SET SCHEMA`, for a kind that its whole name names.
pub(super) fn whole(what: &str, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
    // Types, domains and statistics know no IF EXISTS here; an index is where its table is.
    let if_exists = if matches!(what, "TYPE" | "DOMAIN" | "STATISTICS") { "" } else { context.if_exists() };
    if what == "INDEX" && from.path.first() != to.path.first() {
        return Vec::new();
    }
    named(from, to, context, |path| format!("ALTER {what} {if_exists}{}", sql::path(path)))
}

/// The same where `head` begins the statement for an object at schema and name.
pub(super) fn named(from: &Id, to: &Id, context: &Context<'_>, head: impl Fn(&[&str]) -> String) -> Vec<Step> {
    let ([schema, old, rest @ ..], [other, new, same @ ..]) = (from.path.as_slice(), to.path.as_slice()) else {
        return Vec::new();
    };
    let renamed = |schema: &str| Step::new(format!("{} RENAME TO {}", head(&[schema, old]), sql::name(new)));
    let moved = |name: &str| Step::new(format!("{} SET SCHEMA {}", head(&[schema, name]), sql::name(other)));
    let taken = || {
        context
            .from
            .objects
            .keys()
            .any(|it| it.path.len() == from.path.len() && it.path.starts_with(&[other.clone(), old.clone()]))
    };
    match (schema == other, old == new) {
        _ if rest != same => Vec::new(),
        (true, true) => Vec::new(),
        (true, false) => vec![renamed(schema)],
        (false, true) => vec![moved(old)],
        (false, false) if taken() => vec![renamed(schema), moved(new)],
        (false, false) => vec![moved(old), renamed(other)],
    }
}

/// For a part of a table, as [`part`]. What is inherited has the name of what it is inherited from.
pub(super) fn in_table(
    from: &Id,
    to: &Id,
    context: &Context<'_>,
    statement: impl Fn(&[String], &str, &str) -> String,
) -> Vec<Step> {
    if context.from.get(from).is_some_and(|it| it.attrs.get("_inherited").is_some()) {
        return Vec::new();
    }
    part(from, to, statement)
}

/// `ALTER TABLE public.t RENAME CONSTRAINT x TO y`, of names that are written as SQL: `ALTER FOREIGN TABLE` has no such clause (manual).
pub(super) fn constraint(table: &[String], old: &str, new: &str) -> String {
    format!("ALTER TABLE {} RENAME CONSTRAINT {old} TO {new}", sql::path(table))
}

/// `ALTER TRIGGER x ON public.t RENAME TO y`, for what stands on a table or view.
pub(super) fn on_table(what: &str, from: &Id, to: &Id) -> Vec<Step> {
    part(from, to, |table, old, new| format!("ALTER {what} {old} ON {} RENAME TO {new}", sql::path(table)))
}

/// For a part that stays where it is: of the path of the whole, the old and the new name.
pub(super) fn part(from: &Id, to: &Id, statement: impl Fn(&[String], &str, &str) -> String) -> Vec<Step> {
    match (from.path.split_last(), to.path.split_last()) {
        (Some((old, whole)), Some((new, same))) if whole == same && old != new => {
            vec![Step::new(statement(whole, &sql::name(old), &sql::name(new)))]
        }
        _ => Vec::new(),
    }
}

/// Whether both have the same attributes and stand in the same place, their own names aside.
pub(super) fn alike(old: &Object, new: &Object, what: &str) -> Option<Likeness> {
    old.same(new).then(|| exact(format!("the same {what}")))
}

pub(super) fn exact(words: String) -> Likeness {
    Likeness { words, degree: Degree::Exact }
}

/// How many of so many parts two wholes have in common; none where that is less than three of four.
pub(super) fn shared<T: Ord>(old: &BTreeSet<T>, new: &BTreeSet<T>, what: &str) -> Option<Likeness> {
    let (common, all) = (old.intersection(new).count(), old.union(new).count());
    let counted = |count: usize| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    match all - common {
        _ if common == 0 => None,
        0 => Some(exact(format!("the same {}", counted(common)))),
        others if common >= 3 * others => {
            Some(Likeness { words: format!("{common} of {} alike", counted(all)), degree: Degree::Partial })
        }
        _ => None,
    }
}

/// The children of a whole as name and one attribute.
pub(super) fn parts(catalog: &Catalog, kind: &str, whole: &Id, attribute: &str) -> BTreeSet<(String, String)> {
    let text = |it: &Object| it.attrs.get(attribute).map_or(String::new(), ToString::to_string);
    let children = catalog.within(kind, &whole.path).filter(|it| it.id.path.len() == whole.path.len() + 1);
    children.map(|it| (it.id.path.last().cloned().unwrap_or_default(), text(it))).collect()
}
