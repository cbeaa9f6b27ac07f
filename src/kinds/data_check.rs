//! How the rows that stand against a change are asked for; `t` is the table in every question.

use super::{Context, DataCheck};
use crate::catalog::{Id, Object};
use crate::sql;

/// The keys of one index: each column or expression, and the operator of an exclusion.
pub(super) type Keys = [(String, Option<String>)];

/// What must be different in any two rows.
pub(super) struct Unique<'a> {
    pub(super) what: String,
    pub(super) table: &'a [String],
    pub(super) keys: &'a Keys,
    pub(super) predicate: Option<&'a str>,
    pub(super) nulls_alike: bool,
}

/// Whether a table has rows before the migration that are there after it too.
pub(super) fn has_rows(table: &[String], context: &Context<'_>) -> bool {
    let id = Id::new("table", table);
    let stored = |it: &Object| it.attrs.get("server").is_none();
    context.from.get(&id).is_some_and(stored) && !context.changes.get(&id).is_some_and(|_| context.is_dropped(&id))
}

/// Whether all that an object needs of its table holds values before the migration.
pub(super) fn is_answerable(object: &Object, context: &Context<'_>) -> bool {
    let columns = context.to.needs(&object.id).filter(|it| it.kind == "column" && it.path[..2] == object.id.path[..2]);
    columns.into_iter().all(|it| holds_values(it, context))
}

/// Whether a column is there before the migration, and stays.
pub(super) fn holds_values(column: &Id, context: &Context<'_>) -> bool {
    context.from.get(column).is_some() && !context.is_created(column)
}

/// `ONLY public.t`, to stand behind `FROM`: the rows of a table that are its own.
pub(super) fn only(table: &[String], context: &Context<'_>) -> String {
    context.reading.rows(table, own(table, context), context.from)
}

/// The same, and all that may be looked up there.
pub(super) fn target(table: &[String], context: &Context<'_>) -> String {
    context.reading.all_rows(table, own(table, context), context.from)
}

/// `public.t`: the rows of a table with those of its children.
pub(super) fn with_children(table: &[String], context: &Context<'_>) -> String {
    context.reading.rows(table, "", context.from)
}

/// `ONLY `, but for a partitioned table: all its rows are in others.
fn own(table: &[String], context: &Context<'_>) -> &'static str {
    if super::kept::target(table, context).starts_with("ONLY ") { "ONLY " } else { "" }
}

/// The rows for which a condition is true, to be counted only.
pub(super) fn counted(table: &[String], condition: &str, context: &Context<'_>) -> String {
    format!("SELECT '' FROM {} AS t WHERE {condition}", with_children(table, context))
}

/// What names a row: its primary key, or where it is stored.
pub(super) fn sample(table: &[String], context: &Context<'_>) -> String {
    let mut keys = context.from.within("constraint", table).filter(|it| it.id.path.len() == 3);
    let names = keys.find_map(super::constraint::key_columns).unwrap_or_default();
    if names.is_empty() {
        return "'ctid = ' || t.ctid::text".to_owned();
    }
    let part = |name: &String| format!("{} || t.{}::text", sql::literal(&format!("{name} = ")), sql::name(name));
    let parts: Vec<String> = names.iter().map(part).collect();
    match parts.as_slice() {
        [one] => one.clone(),
        many => format!("concat_ws(', ', {})", many.join(", ")),
    }
}

/// The rows for which a condition is true.
pub(super) fn rows(table: &[String], from: &str, condition: &str, context: &Context<'_>) -> String {
    format!("SELECT {} FROM {from} AS t WHERE {condition}", sample(table, context))
}

impl Unique<'_> {
    /// The values that more than one row has; or for an exclusion the rows that meet another.
    pub(super) fn check(&self, context: &Context<'_>) -> DataCheck {
        let query = if self.keys.iter().any(|it| it.1.is_some()) { self.meeting(context) } else { self.repeated(context) };
        let help = "change or delete all but one of them".to_owned();
        DataCheck { what: self.what.clone(), query, help, by_row: None }
    }

    fn repeated(&self, context: &Context<'_>) -> String {
        // A column as it is, an expression in brackets.
        let is_name =
            |it: &str| it.chars().all(|it| it.is_alphanumeric() || it == '_') || it.starts_with('"') && it.ends_with('"');
        let term = |it: &(String, _)| if is_name(&it.0) { it.0.clone() } else { format!("({})", it.0) };
        let keys: Vec<String> = self.keys.iter().map(term).collect();
        let text = |it: &str| if self.nulls_alike { format!("coalesce({it}::text, 'null')") } else { format!("{it}::text") };
        let value = |(it, key): (&(String, _), &String)| format!("{} || {}", sql::literal(&format!("{} = ", it.0)), text(key));
        let values: Vec<String> = self.keys.iter().zip(&keys).map(value).collect();
        let not_null = keys.iter().filter(|_| !self.nulls_alike).map(|it| format!("{it} IS NOT NULL"));
        let conditions: Vec<String> = self.predicate.map(|it| format!("({it})")).into_iter().chain(not_null).collect();
        let condition = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let sample = format!("{} || ' in ' || count(*) || ' rows'", values.join(" || ', ' || "));
        let (from, group) = (only(self.table, context), keys.join(", "));
        format!("SELECT {sample} FROM {from} AS t{condition} GROUP BY {group} HAVING count(*) > 1")
    }

    fn meeting(&self, context: &Context<'_>) -> String {
        let names = || (1..).map(|it| format!("key_{it}"));
        let keys: Vec<String> = self.keys.iter().zip(names()).map(|(it, name)| format!("({}) AS {name}", it.0)).collect();
        let condition = self.predicate.map_or(String::new(), |it| format!(" WHERE {it}"));
        let (sample, from) = (sample(self.table, context), only(self.table, context));
        let rows = format!(
            "SELECT {sample} AS sample, tableoid AS part, ctid AS place, {} FROM {from} AS t{condition}",
            keys.join(", ")
        );
        let meets = |(it, name): (&(String, Option<String>), String)| {
            format!("a.{name} {} b.{name}", it.1.as_deref().unwrap_or("OPERATOR(pg_catalog.=)"))
        };
        let meets: Vec<String> = self.keys.iter().zip(names()).map(meets).collect();
        format!(
            "SELECT a.sample || ' meets ' || b.sample FROM ({rows}) AS a JOIN ({rows}) AS b ON (a.part, a.place) < (b.part, b.place) AND {}",
            meets.join(" AND ")
        )
    }
}

/// The columns of a domain and of domains over it, by table, that hold values before the migration.
pub(super) fn columns_of<'a>(domain: &[String], context: &Context<'a>) -> Vec<&'a Object> {
    let mut names = vec![sql::path(domain)];
    let mut number = 0;
    while let Some(name) = names.get(number).cloned() {
        let over = context.from.of_kind("domain").filter(|it| it.attrs.get("type").is_some_and(|it| *it == *name));
        names.extend(over.map(|it| sql::path(&it.id.path)));
        number += 1;
    }
    let of_it = |it: &&Object| {
        let r#type = it.attrs.get("type").and_then(|it| it.as_str());
        r#type.is_some_and(|it| names.iter().any(|name| name == it)) && it.attrs.get("_partition").is_none()
    };
    let there = |it: &&Object| has_rows(&it.id.path[..2], context) && !context.is_dropped(&it.id);
    context.from.of_kind("column").filter(of_it).filter(there).collect()
}

/// Whether a large table has such a column: who writes to it waits while a rule of the domain is checked.
pub(super) fn is_in_large(domain: &[String], context: &Context<'_>) -> bool {
    let stands = !context.is_created(&Id::new("domain", domain));
    stands && columns_of(domain, context).iter().any(|it| context.is_large(&Id::new("table", &it.id.path[..2])))
}
