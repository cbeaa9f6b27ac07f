//! A column and its successor side by side: both are there and kept in step, until no running application needs the old one.

use serde::Deserialize;

use super::keeper::{self, Keeper, cut, keeper, names, step};
use super::retype::{self, Type};
use super::{Context, Step, filled, identity, key_swap, partition, rename, trigger};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Exit, Result};
use crate::sql;

/// How an object that goes stands beside its successor for a while.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doubled {
    /// What the successor is called meanwhile, where both have one name.
    pub spare: Option<Id>,
    /// The statements that follow when the successor has stepped aside.
    pub aside: Vec<String>,
    /// The statements that follow when both are there: what keeps them in step.
    pub statements: Vec<String>,
    /// The objects among those that do; all that is built on the successor waits for them.
    pub keepers: Vec<Keeper>,
    /// Some values of the old one are not those of the successor in another form: they are kept when it goes.
    pub is_lossy: bool,
    /// What happens right before the names change, and what right after.
    pub turned: [Vec<Turned>; 2],
    /// No application waits for it: it takes the old one's place as soon as it is there, and all that stands on that with it.
    pub is_exchanged: bool,
    /// What a reviewer must know of it.
    pub told: Option<String>,
    /// What else of the state before stays with the old one.
    pub with: Vec<Id>,
    /// Those that PostgreSQL changes along with it: the columns of partitions.
    pub below: Vec<Below>,
    /// It is one object, under its new name where it gets one; what else stands there meanwhile is made by the statements.
    pub stays: bool,
    /// In a rollback: what the old one is filled with from the successor, which has its own name then.
    pub back: Option<String>,
}

/// What stands beside its successor as something above it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The old one.
    pub old: Id,
    /// The new one, where there is one.
    pub new: Option<Id>,
    /// What that is called meanwhile, where both have one name.
    pub spare: Option<Id>,
}

/// Statements that belong to a change of names, there and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// The object that changes.
    pub of: Id,
    /// The statements.
    pub there: Vec<Step>,
    /// Those that undo them.
    pub back: Vec<Step>,
}

/// Which of two is there while something that an object stands on is doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// One on each.
    Both,
    /// The old one only.
    Old,
    /// The new one only.
    New,
}

/// A column in one of the two states.
struct Side<'a> {
    id: &'a Id,
    r#type: Type<'a>,
    /// The expression of a hint that converts the old one's values.
    using: Option<&'a str>,
}

/// What of a column counts here.
#[derive(Deserialize)]
struct Attrs {
    r#type: String,
    #[serde(rename = "_base_type")]
    base: String,
    #[serde(rename = "_category")]
    category: char,
    generated: Option<String>,
    #[serde(rename = "_using")]
    using: Option<String>,
}

impl Attrs {
    fn side<'a>(&'a self, id: &'a Id) -> Side<'a> {
        Side { id, r#type: Type { name: &self.r#type, base: &self.base, category: self.category }, using: self.using.as_deref() }
    }
}

/// How a column stands beside the one that comes in its place; `None` where that is the same, or is changed at no cost.
pub(super) fn column(old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
    if old.attrs.get("_partition").is_some() {
        return Ok(None); // it follows its partitioned table's
    }
    let Some(new) = new else { return gone(&old.id, context).map(Some) };
    let (before, after): (Attrs, Attrs) = (old.read()?, new.read()?);
    let (old, new) = (before.side(&old.id), after.side(&new.id));
    let is_free = new.using.is_none() && retype::is_free(&old.r#type, &new.r#type);
    if old.id == new.id && (old.r#type.name == new.r#type.name || is_free)
        || before.generated.is_some()
        || after.generated.is_some()
    {
        return Ok(None);
    }
    let doubled = if old.id == new.id { retyped(&old, &new, context) } else { renamed(&old, &new, context) }?;
    let below = below(old.id, Some(new.id), doubled.spare.as_ref(), context);
    Ok(Some(Doubled { below, ..doubled }))
}

/// The same columns of the partitions.
fn below(old: &Id, new: Option<&Id>, spare: Option<&Id>, context: &Context<'_>) -> Vec<Below> {
    let tables = partition::below(context.from, &old.path[..2]).into_iter().filter(|it| it.kind == "table");
    let of = |table: &Id, it: &Id| Id::new("column", &[&table.path[..], &it.path[2..]].concat());
    tables
        .map(|table| Below { old: of(&table, old), new: new.map(|it| of(&table, it)), spare: spare.map(|it| of(&table, it)) })
        .collect()
}

/// A column of another type under its own name.
fn retyped(old: &Side<'_>, new: &Side<'_>, context: &Context<'_>) -> Result<Doubled> {
    can_stand_beside(old.id, context)?;
    if new.using.is_none() {
        retype::as_utc(old.id, &old.r#type, &new.r#type, context)?;
    }
    let [schema, table, column] = names(old.id)?;
    let spare = free(old.id, "_new", &[context.from, context.to]);
    let (name, spare_name) = (sql::name(column), sql::name(spare.path.last().map_or("", String::as_str)));
    let converted = |value: &str| retype::converted(value, &old.r#type, &new.r#type, context);
    let (by_row, by_table) = match new.using {
        Some(it) => (format!("(SELECT ({it}) FROM (SELECT NEW.*) AS {})", sql::name(table)), format!("({it})")),
        None => (converted(&format!("NEW.{name}")), converted(&name)),
    };
    let body = format!("\nBEGIN\n    NEW.{spare_name} := {by_row};\n    RETURN NEW;\nEND;\n");
    let (trigger, made) = keeper(old.id, "", &body)?;
    let of = sql::path(&[schema, table]);
    let carried = format!("({by_table})::{}::text", new.r#type.name);
    let fill = format!("UPDATE {of} SET {spare_name} = {by_table} WHERE {spare_name}::text IS DISTINCT FROM {carried}");
    let mut statements = [made, vec![without_default(&of, &spare_name)]].concat();
    let swap = key_swap::key_of(old.id, context).map(|key| key_swap::swap(key, old.id, &spare, context)).transpose()?;
    let identity = identity::handed_over(old.id, context)?;
    let mut aside = not_null_named_anew(new.id, &spare, context);
    if identity.is_some() {
        aside.push(format!("ALTER TABLE {of} ALTER COLUMN {spare_name} DROP IDENTITY"));
    }
    let mut turned = [Vec::new(), identity.into_iter().collect()];
    if let Some(it) = swap {
        statements.push(it.index);
        turned[0].extend(it.before);
        turned[1].extend(it.after);
    }
    let settle = format!("UPDATE {of} SET {spare_name} = {spare_name}");
    let back = retype::back(&name, &old.r#type, &new.r#type, context);
    Ok(Doubled {
        spare: Some(spare),
        aside,
        statements,
        turned,
        keepers: vec![Keeper { trigger, fill, settle: Some(settle), replaces: None }],
        is_lossy: new.using.is_some(),
        back: Some(back),
        ..Doubled::default()
    })
}

/// A column under another name.
fn renamed(old: &Side<'_>, new: &Side<'_>, context: &Context<'_>) -> Result<Doubled> {
    can_stand_beside(old.id, context)?;
    if key_swap::key_of(old.id, context).is_some() {
        return Err(refused(old.id, "is part of the primary key", "change it directly"));
    }
    if [context.from, context.to].iter().any(|it| it.get(&Id::new("identity", &old.id.path)).is_some()) {
        return Err(refused(old.id, "is an identity", "change it directly"));
    }
    if old.r#type.name != new.r#type.name {
        return Err(refused(old.id, "gets another type together with another name", "make two changes of it"));
    }
    let [schema, table, column] = names(old.id)?;
    let (before, after) = (sql::name(column), sql::name(new.id.path.last().map_or("", String::as_str)));
    // Compared as texts: not every type has an operator for it, and to some two values that look different are one. What neither of
    // them writes stays: where they differ, as after a rollback from a second half that had stopped, the newer one must not be lost.
    let body = format!(
        "
BEGIN
    IF TG_OP = 'INSERT' AND NEW.{after} IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.{after}::text IS DISTINCT FROM OLD.{after}::text THEN
        NEW.{before} := NEW.{after};
    ELSIF TG_OP = 'INSERT' OR NEW.{before}::text IS DISTINCT FROM OLD.{before}::text THEN
        NEW.{after} := NEW.{before};
    END IF;
    RETURN NEW;
END;
"
    );
    let (trigger, made) = keeper(old.id, "", &body)?;
    let of = sql::path(&[schema, table]);
    let fill = format!("UPDATE {of} SET {after} = {before} WHERE {after}::text IS DISTINCT FROM {before}::text");
    let settle = format!("UPDATE {of} SET {after} = {before}");
    let answering = trigger::answering_too(old.id, &after, context);
    let statements = [made, vec![without_default(&of, &after)], answering].concat();
    Ok(Doubled {
        statements,
        keepers: vec![Keeper { trigger, fill, settle: Some(settle), replaces: None }],
        back: Some(after),
        ..Doubled::default()
    })
}

/// A new column that a hint computes from others: for as long as the old application writes those.
pub(super) fn computed(new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
    let Some(expression) = filled::by_expression(&new.id, context) else { return Ok(None) };
    can_stand_beside(&new.id, context)?;
    let attrs: Attrs = new.read()?;
    let [schema, table, column] = names(&new.id)?;
    let (of, name) = (sql::path(&[schema, table]), sql::name(column));
    let value = |row: &str| format!("(SELECT ({expression}) FROM (SELECT {row}.*) AS {})", sql::name(table));
    let (new_value, old_value) = (value("NEW"), value("OLD"));
    let body = format!(
        "
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.{name} := coalesce(NEW.{name}, {new_value});
    ELSIF NEW.{name}::text IS NOT DISTINCT FROM OLD.{name}::text AND {new_value}::text IS DISTINCT FROM {old_value}::text THEN
        NEW.{name} := {new_value};
    END IF;
    RETURN NEW;
END;
"
    );
    let (trigger, made) = keeper(&new.id, "", &body)?;
    let statements = [made, vec![without_default(&of, &name)]].concat();
    let fill = filled::from_expression(&new.id.path[..2], &name, &attrs.r#type, expression);
    let keepers = vec![Keeper { trigger, fill, settle: None, replaces: None }];
    Ok(Some(Doubled { statements, keepers, ..Doubled::default() }))
}

/// The statement that fills a new column from an expression of a hint.
pub(super) fn filled_from(new: &Object, r#type: &str, expression: &str, context: &Context<'_>) -> Step {
    let name = sql::name(new.name(2));
    let fill = step(&new.id.path[..2], filled::from_expression(&new.id.path[..2], &name, r#type, expression), context);
    filled::missed(new, expression, context).into_iter().fold(fill, Step::risks)
}

/// A column that only goes: who no longer writes it must be able to.
fn gone(old: &Id, context: &Context<'_>) -> Result<Doubled> {
    let [schema, table, column] = names(old)?;
    let has = |kind: &str| context.from.get(&Id::new(kind, &old.path)).is_some();
    let must = has("not_null") && !has("default_value") && !has("identity");
    if must && key_swap::key_of(old, context).is_some() {
        return Err(refused(old, "is part of the primary key", "drop it directly"));
    }
    let nullable = format!("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL", sql::path(&[schema, table]), sql::name(column));
    let statements = if must { vec![nullable] } else { Vec::new() };
    Ok(Doubled { statements, is_lossy: true, below: below(old, None, None, context), ..Doubled::default() })
}

/// From 18 on NOT NULL has a name, which is then the one that PostgreSQL gives for the column's other name.
fn not_null_named_anew(new: &Id, spare: &Id, context: &Context<'_>) -> Vec<String> {
    let not_null = context.to.get(&Id::new("not_null", &new.path));
    let name = not_null.and_then(|it| it.attrs.get("_constraint")).and_then(|it| it.as_str());
    let (Some(name), [_, table, column]) = (name, spare.path.as_slice()) else { return Vec::new() };
    let natural = cut(&format!("{table}_{column}_not_null"), "");
    vec![rename::constraint(&spare.path[..2], &sql::name(name), &sql::name(&natural))]
}

fn without_default(table: &str, column: &str) -> String {
    format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")
}

/// The same place under a name with that suffix that nothing there has in any of the states.
pub(crate) fn free(id: &Id, suffix: &str, states: &[&Catalog]) -> Id {
    let (name, place) = id.path.split_last().map_or((String::new(), &[][..]), |it| (it.0.clone(), it.1));
    let mut suffix = suffix.to_owned();
    loop {
        let path = [place, &[cut(&name, &suffix)]].concat();
        let is_taken = |it: &Id| it.path == path;
        if !states.iter().any(|state| state.objects.keys().any(is_taken)) {
            return Id { kind: id.kind.clone(), path };
        }
        suffix.push('_');
    }
}

fn can_stand_beside(column: &Id, context: &Context<'_>) -> Result<()> {
    let table = Id::new("table", &column.path[..2]);
    let attr = |name: &str| context.from.get(&table).and_then(|it| it.attrs.get(name)).cloned().unwrap_or_default();
    let is_partitioned = attr("kind") == "p";
    let is_inherited = context.from.get(column).is_some_and(|it| it.attrs.get("_inherited").is_some());
    let is_plain = attr("kind") == "r" && attr("_subclassed") != true;
    if is_inherited || !is_plain && !is_partitioned {
        return Err(refused(column, "is in an inherited or foreign table", "change it directly"));
    }
    if is_partitioned && key_swap::key_of(column, context).is_some() {
        return Err(refused(column, "is part of a partitioned table's primary key", "change it directly"));
    }
    keeper::can_keep(column, context)?;
    let key = key_swap::key_of(column, context).map(|it| &it.id);
    let of_key = |it: &Id| key.is_some_and(|key| context.from.needs(it).any(|need| need == key));
    let references = |it: &&Object| {
        context.from.needs(&it.id).any(|need| need == column) && it.parent.as_ref() != Some(&table) && !of_key(&it.id)
    };
    if let Some(key) = context.from.of_kind("foreign_key").find(references) {
        return Err(refused(column, &format!("is referenced by {}", sql::path(&key.id.path)), "change it directly"));
    }
    Ok(())
}

pub(super) fn refused(column: &Id, why: &str, help: &str) -> Error {
    let error = Error::new(format!("{} cannot stand beside its successor: it {why}", sql::path(&column.path)));
    error.exit(Exit::Refused).help(format!("{help}: --strategy direct, or without the hint"))
}
