//! What a child gets with a new parent. PostgreSQL knows a column, a check or (18) a NOT NULL as inherited alone only where it came with a
//! parent's (`pg_attribute.attislocal`, `pg_constraint.conislocal`), and lets a table become a child only once it has all of them: another
//! parent brings them, and leaves when the real ones have come.

use super::{Context, Sql, Step, Verb, filled, inheritance, online, table};
use crate::catalog::{Id, Object};
use crate::sql;

/// Whether it comes to a table that stands from a parent that is new to that. A large one's come by themselves, in files of their own.
fn is_brought(part: &Object, context: &Context<'_>) -> bool {
    let is_new = context.changes.get(&part.id) == Some(&Verb::Create) && part.attrs.get("_local").is_some_and(|it| it == false);
    let (path, table) = (&part.id.path, Id::new("table", &part.id.path[..2]));
    let place = |it: &[String; 2]| Id::new("inheritance", &[&path[0], &path[1], &it[0], &it[1]]);
    is_new
        && !context.is_created(&table)
        && !context.is_large(&table)
        && inheritance::parents(part).iter().any(|it| context.is_created(&place(it)))
        && match part.id.kind.as_str() {
            "column" => is_plain(part, context),
            _ => part.attrs.get("not_valid").is_none() && standing(part, context).is_some(),
        }
}

fn is_plain(column: &Object, context: &Context<'_>) -> bool {
    let is = |name: &&str| column.attrs.get(name).is_some_and(|it| !it.is_null() && it != false);
    !["_typed", "_partition", "generated", "_fill", "_using"].iter().any(is)
        && filled::by_default(&column.id, context).is_none()
        && filled::by_sequence(&column.id, context).is_none()
}

/// The columns of a check or NOT NULL that are there; `None` where one comes by itself, or changes.
fn standing<'a>(part: &Object, context: &Context<'a>) -> Option<Vec<&'a Object>> {
    let of_check = context.to.needs(&part.id).filter(|it| it.kind == "column" && it.path[..2] == part.id.path[..2]);
    let own = Some(Id::new("column", &part.id.path)).filter(|_| part.id.kind == "not_null");
    let columns = of_check.cloned().chain(own).filter_map(|it| context.to.get(&it));
    let columns: Vec<&Object> = columns.filter(|it| !is_brought(it, context)).collect();
    let stays = |it: &&&Object| !context.changes.contains_key(&it.id) && it.attrs.get("generated").is_none();
    (columns.iter().filter(stays).count() == columns.len()).then_some(columns)
}

/// What comes so to one table: columns in its order, then the others.
fn brought<'a>(table: &[String], context: &Context<'a>) -> Vec<&'a Object> {
    let all = ["column", "constraint", "not_null"].into_iter().flat_map(|kind| context.to.within(kind, table));
    let mut all: Vec<&Object> = all.filter(|it| is_brought(it, context)).collect();
    all.sort_by_key(|it| (it.id.kind != "column", it.position()));
    all
}

/// The parent for the time being.
fn bringer(table: &[String], context: &Context<'_>) -> String {
    sql::path(&[&table[0], &online::spare(table, context)])
}

/// How it comes, by the clause of `ALTER TABLE` that adds it: with that parent, or by itself.
pub(super) fn comes(part: &Object, mut step: Step, context: &Context<'_>) -> Vec<Step> {
    let table = &part.id.path[..2];
    let Sql::Clause { head, .. } = &mut step.sql else { return vec![step] };
    if !is_brought(part, context) {
        return vec![step];
    }
    let (bringer, all) = (bringer(table, context), brought(table, context));
    *head = format!("ALTER TABLE {bringer}");
    if all.first().is_some_and(|it| it.id != part.id) {
        return vec![step];
    }
    let mut columns: Vec<&Object> = all.iter().filter_map(|it| standing(it, context)).flatten().collect();
    columns.sort_by_key(|it| it.position());
    columns.dedup_by_key(|it| &it.id);
    let text = |it: &Object, name: &str| it.attrs.get(name).and_then(|it| it.as_str()).map(str::to_owned);
    let collation = |it: &Object| text(it, "collation").map_or(String::new(), |it| format!(" COLLATE {it}"));
    let column = |it: &Object| format!("{} {}{}", sql::name(it.name(2)), text(it, "type").unwrap_or_default(), collation(it));
    let columns: Vec<String> = columns.into_iter().map(column).collect();
    let inherit = Step::clause(table::head(context.to, table, false), format!("INHERIT {bringer}"));
    vec![Step::new(format!("CREATE TABLE {bringer} ({})", columns.join(", "))), inherit, step]
}

/// What that parent comes with, before another part.
pub(super) fn first(part: &Object, context: &Context<'_>) -> Option<Id> {
    let all = if is_brought(part, context) { brought(&part.id.path[..2], context) } else { Vec::new() };
    all.first().map(|it| it.id.clone()).filter(|it| *it != part.id)
}

/// That parent leaves, as the last of a table's new parents has come.
pub(super) fn left(place: &Id, parents: &[[String; 2]], context: &Context<'_>) -> Vec<Step> {
    let child = &place.path[..2];
    let is_new = |it: &&[String; 2]| context.is_created(&Id::new("inheritance", &[child, &it[..]].concat()));
    let is_last = parents.iter().rfind(is_new).is_some_and(|it| it[..] == place.path[2..]);
    if !is_last || brought(child, context).is_empty() {
        return Vec::new();
    }
    let bringer = bringer(child, context);
    let leave = Step::clause(table::head(context.to, child, false), format!("NO INHERIT {bringer}"));
    vec![leave, Step::new(format!("DROP TABLE {bringer}"))]
}
