//! The forms of statements that let others go on while a large table is worked on. Each statement is committed by itself.
//!
//! A rollback in these forms runs statement by statement too: each of its statements also holds where it was stopped before, or where
//! the migration was.

use super::{Context, Step, free};
use crate::catalog::Id;
use crate::shape::Words;
use crate::sql;

/// The name beside `path` under which an object's successor is made: one that is not taken.
pub(super) fn spare(path: &[String], context: &Context<'_>) -> String {
    let object = Id { kind: String::new(), path: path.to_vec() };
    free(&object, "_new", &[context.from, context.to]).path.pop().unwrap_or_default()
}

/// The index whose definition `pg_get_indexdef` prints, built under another name or its own.
pub(super) fn index(definition: &str, old: &str, new: &str, clauses: &str) -> Step {
    let Some((head, tail)) = definition.split_once(&format!("INDEX {} ON ", sql::name(old))) else {
        return Step::new(definition).alone();
    };
    let predicate = Words::new(tail).after("WHERE").filter(|_| !clauses.is_empty());
    let (tail, predicate) = tail.split_at(tail.len() - predicate.map_or(0, |it| it.rest().len() + " WHERE ".len()));
    Step::new(format!("{head}INDEX CONCURRENTLY {} ON {tail}{clauses}{predicate}", sql::name(new))).alone()
}

/// The same where it may be there already: what an interrupted run left behind of it goes first. In a migration that is the
/// runner's to do.
pub(super) fn index_if_missing(step: Step, path: &[String]) -> [Step; 2] {
    let path = sql::path(path);
    let is_invalid = format!("indexrelid = pg_catalog.to_regclass({}) AND NOT indisvalid", sql::literal(&path));
    let is_left = format!("EXISTS (SELECT FROM pg_catalog.pg_index WHERE {is_invalid})");
    let create = step.sql.text().replacen("INDEX CONCURRENTLY ", "INDEX CONCURRENTLY IF NOT EXISTS ", 1);
    [only_where(&is_left, &format!("DROP INDEX {path}")).alone(), Step::new(create).alone()]
}

/// A statement of a rollback that runs only under a condition.
pub(super) fn only_where(condition: &str, statement: &str) -> Step {
    let body = format!("\nBEGIN\n    IF {condition} THEN\n        {statement};\n    END IF;\nEND;\n");
    Step::new(format!("DO {}", sql::dollar(&body)))
}

/// One statement of a rollback under a condition, else another.
pub(super) fn either(condition: &str, statement: &str, other: &str) -> Step {
    let body = format!("\nBEGIN\n    IF {condition} THEN\n        {statement};\n    ELSE\n        {other};\n    END IF;\nEND;\n");
    Step::new(format!("DO {}", sql::dollar(&body)))
}

/// A rename of a constraint that may have its other name already.
pub(super) fn renamed_if_there(rename: &str, table: &[String], name: &str) -> Step {
    only_where(&is_there(table, name), rename)
}

/// That a table has a constraint of that name.
fn is_there(table: &[String], name: &str) -> String {
    let (table, name) = (sql::literal(&sql::path(table)), sql::literal(name));
    let is_it = format!("conrelid = pg_catalog.to_regclass({table}) AND conname = {name}");
    format!("EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE {is_it})")
}

/// A statement that brings a constraint which may be there already.
pub(super) fn constraint_if_missing(step: &Step, path: &[String]) -> Step {
    let there = is_there(&path[..2], path.last().map_or("", String::as_str));
    only_where(&format!("NOT {there}"), &step.sql.text()).alone()
}

/// A key that takes over an index which is built for it, where one of them or both may be there already.
pub(super) fn key_if_missing(index: Step, schema: &str, key: &Step, path: &[String]) -> Vec<Step> {
    let name = path.last().map_or("", String::as_str);
    let [left, built] = index_if_missing(index, &[schema.to_owned(), name.to_owned()]);
    vec![left, built, constraint_if_missing(key, path)]
}

/// `DROP INDEX CONCURRENTLY public.i`
pub(super) fn dropped_index(path: &str, context: &Context<'_>) -> Step {
    Step::new(format!("DROP INDEX CONCURRENTLY {}{path}", context.if_exists())).alone()
}

/// A constraint that is checked on the rows that are there only after it holds for new ones, without keeping anybody from them.
pub(super) fn constraint(head: &str, name: &str, definition: &str, context: &Context<'_>) -> Vec<Step> {
    let name = sql::name(name);
    let again = if context.tolerant { format!("DROP CONSTRAINT IF EXISTS {name}, ") } else { String::new() };
    vec![
        Step::clause(head, format!("{again}ADD CONSTRAINT {name} {definition} NOT VALID")).alone(),
        Step::clause(head, format!("VALIDATE CONSTRAINT {name}")).alone(),
    ]
}

/// A constraint in the place of another of its name: at no time neither holds.
pub(super) fn replaced(head: &str, path: &[String], definition: &str, context: &Context<'_>) -> Vec<Step> {
    let spare = spare(path, context);
    let name = path.last().map_or(String::new(), |it| sql::name(it));
    let mut steps = constraint(head, &spare, definition, context);
    steps.push(Step::clause(head, format!("DROP CONSTRAINT {}{name}", context.if_exists())).alone());
    steps.push(Step::clause(head, format!("RENAME CONSTRAINT {} TO {name}", sql::name(&spare))).alone());
    steps
}

/// Whether something besides a comment, which comes back by itself, hangs on an object.
pub(super) fn is_needed(id: &Id, context: &Context<'_>) -> bool {
    let others = context.from.needs.iter().filter(|it| it.0 != id && it.0.kind != "comment");
    others.into_iter().any(|(_, needs)| needs.contains(id))
}

/// Whether it stands on a column that changes its type while something else that it needs goes, and cannot outlive that.
pub(super) fn is_stranded(id: &Id, context: &Context<'_>) -> bool {
    let is_of_another = |it: &Id| match (context.from.get(it), context.to.get(it)) {
        (Some(old), Some(new)) => it.kind == "column" && old.attrs.get("type") != new.attrs.get("type"),
        _ => false,
    };
    context.from.needs(id).any(|it| context.is_dropped(it)) && context.from.needs(id).any(is_of_another)
}
