//! What keeps the values of a column as they are to be for as long as an application runs that writes others: a trigger on its table,
//! the last of it to fire, and the statement that brings in line what was there before.

use serde::{Deserialize, Serialize};

use super::{Context, Kept, Sql, Step, filled, kept};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Exit, Result};
use crate::hazard::Hazard;
use crate::sql;

/// A trigger that keeps a column in line, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// The trigger.
    pub trigger: Id,
    /// The statement that brings in line what was there before.
    pub fill: String,
    /// The statement that does so with rows that came past the trigger.
    pub settle: Option<String>,
    /// Which values of the column the first of them replaces for good.
    pub replaces: Option<Replaces>,
}

/// Values of a column that a statement replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    /// The column.
    pub column: String,
    /// That a value is replaced.
    pub lost: String,
    /// As what, in text.
    pub became: String,
}

impl Replaces {
    /// How they are kept in an archive and brought back once `by` is gone.
    pub(super) fn kept(&self, by: &Id, archive: &dyn Fn(&Id) -> String, context: &Context<'_>) -> Option<(Id, Kept)> {
        let (schema, table) = (by.path.first()?, by.path.get(1)?);
        let column = Id::new("column", &[schema, table, &self.column]);
        let object = context.from.get(&column)?;
        let (lost, became) = (self.lost.clone(), self.became.clone());
        let how = kept::Replaced { column: object, lost, became, early: true, anew: false, above: None };
        let mut kept = kept::replaced(&column.path[..2], &archive(&column), &[how], context);
        // Writers go on: a row that was written meanwhile keeps what it has now.
        kept.save.retain(|it| !it.sql.text().starts_with("LOCK"));
        let below = super::partition::below(context.from, &column.path[..2]).into_iter().filter(|it| it.kind == "table");
        let below = below.map(|it| Id::new("column", &[it.path.as_slice(), std::slice::from_ref(&self.column)].concat()));
        kept.replaces.extend(below);
        Some((column, Kept { after: vec![by.clone()], ..kept }))
    }
}

/// What the names of the triggers begin with.
const PREFIX: &str = "zz_schemagen_";

/// The trigger that keeps a column in line.
pub(super) fn trigger_of(column: &[String; 3], what: &str) -> Id {
    let [schema, table, name] = column;
    Id::new("trigger", &[schema.clone(), table.clone(), cut(&format!("{PREFIX}{name}"), what)])
}

/// Its function, as a statement names it.
pub(super) fn function_of([schema, table, name]: &[String; 3], what: &str) -> String {
    sql::path(&[schema, &cut(&format!("schemagen_{table}_{name}"), what)])
}

/// Whether it is one.
pub(super) fn is_keeper(trigger: &Id) -> bool {
    trigger.path.last().is_some_and(|it| it.starts_with(PREFIX))
}

/// Whether a function does the work of one: nothing else calls it.
pub(super) fn works_for_one(function: &Id, state: &Catalog) -> bool {
    let is_named_so = function.path.get(1).is_some_and(|it| it.starts_with("schemagen_"));
    let mut triggers = state.of_kind("trigger").filter(|it| is_keeper(&it.id));
    is_named_so && triggers.any(|it| state.needs(&it.id).any(|it| it == function))
}

/// Whether one comes that stores what an object brings.
pub(super) fn comes_with_one(object: &Id, context: &Context<'_>) -> bool {
    let mut triggers = context.to.of_kind("trigger").filter(|it| is_keeper(&it.id) && context.from.get(&it.id).is_none());
    triggers.any(|it| context.to.needs(&it.id).any(|it| it == object))
}

/// The statement that makes a trigger or its function, where it may be there already.
pub(super) fn made(step: Step, context: &Context<'_>) -> Step {
    let again = if context.tolerant { "CREATE OR REPLACE " } else { "CREATE " };
    Step { sql: Sql::Statement(step.sql.text().replacen("CREATE ", again, 1)), ..step }.anywhere()
}

/// That trigger, and the statements for it; `what` tells it from another of the same column.
pub(super) fn keeper(column: &Id, what: &str, body: &str) -> Result<(Id, Vec<String>)> {
    let [schema, table, _] = names(column)?;
    let trigger = trigger_of(names(column)?, what);
    let function = function_of(names(column)?, what);
    let (of, trigger_name) = (sql::path(&[schema, table]), sql::name(&trigger.path[2]));
    let made = vec![
        format!("CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {}", sql::dollar(body)),
        format!("CREATE TRIGGER {trigger_name} BEFORE INSERT OR UPDATE ON {of} FOR EACH ROW EXECUTE FUNCTION {function}()"),
        // Also for what logical replication writes, and restores under session_replication_role.
        format!("ALTER TABLE {of} ENABLE ALWAYS TRIGGER {trigger_name}"),
    ];
    Ok((trigger, made))
}

pub(super) fn names(id: &Id) -> Result<&[String; 3]> {
    id.path.as_slice().try_into().map_err(|_| Error::internal(format!("{id} is no column")))
}

/// Whether a trigger may write into a column before a row is stored: not where that says in which partition it is, nor for the rows of
/// tables that inherit from its own.
pub(super) fn can_keep(column: &Id, context: &Context<'_>) -> Result<()> {
    let refused = |why: &str| {
        let error = Error::new(format!("no trigger can keep {} in line: {why}", sql::path(&column.path)));
        Err(error.exit(Exit::Refused).help("change it directly: --strategy direct, or without the hint"))
    };
    let table = Id::new("table", &column.path[..2]);
    let attr = |table: &Id, name: &str| context.from.get(table).and_then(|it| it.attrs.get(name)).cloned().unwrap_or_default();
    let is_partitioned = attr(&table, "kind") == "p";
    if !is_partitioned && attr(&table, "_subclassed") == true {
        return refused("others inherit from its table");
    }
    let name = column.path.last().map_or("", String::as_str);
    let below = super::partition::below(context.from, &table.path);
    let is_key = |it: &Id| super::table::is_partitioned_by(it, name, context.from);
    if is_partitioned && std::iter::once(&table).chain(&below).any(is_key) {
        return refused("its table is partitioned by it");
    }
    Ok(())
}

/// Whether a column is one of a table by itself, with rows of ours, before and after.
pub(super) fn is_own(column: &Object, context: &Context<'_>) -> bool {
    let Some(table) = column.id.path.get(..2).map(|it| Id::new("table", it)) else { return false };
    let has = |name: &str| column.attrs.get(name).is_some_and(|it| !it.is_null());
    let stands = |it: &Object| it.attrs.get("kind").is_some_and(|it| it == "r" || it == "p");
    context.from.get(&table).is_some_and(stands)
        && context.to.get(&table).is_some()
        && context.from.get(&column.id).is_some()
        && !context.changes.contains_key(&column.id)
        && !["generated", "_partition", "_inherited"].into_iter().any(has)
}

/// An `UPDATE` of all rows: in batches where there are many.
pub(super) fn step(table: &[String], update: impl Into<String>, context: &Context<'_>) -> Step {
    let of = sql::path(table);
    let id = Id::new("table", table);
    let update = update.into();
    let answering = filled::answering(&id, &update, context);
    let is_large = context.is_large(&id);
    let step = if is_large { Step::backfill(update, filled::batches(table, context)) } else { Step::new(update) };
    answering.into_iter().fold(step.risks(Hazard::Scans(of)), Step::risks)
}

pub(super) fn cut(name: &str, suffix: &str) -> String {
    let mut end = name.len().min(sql::LONGEST - suffix.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &name[..end])
}
