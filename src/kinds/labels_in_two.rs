//! Labels that an enum loses while an application runs that still writes them.

use std::collections::BTreeMap;

use super::keeper::{self, Keeper, Replaces};
use super::relabelled::Relabelled;
use super::{Context, Doubled, Verb, enum_type};
use crate::catalog::{Id, Object};
use crate::error::{Error, Exit, Result};
use crate::sql;

/// How an enum loses labels while an application runs that still writes them: it keeps them for that long, and a trigger on each table
/// stores what they are mapped to. So nobody reads them any more when the rows are filled.
pub(super) fn in_two(old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
    let Some(new) = new else { return Ok(None) };
    let (before, after): (enum_type::Attrs, enum_type::Attrs) = (old.read()?, new.read()?);
    let kept: Vec<&String> = after.labels.iter().filter(|it| before.labels.contains(it)).collect();
    if kept.len() == before.labels.len() {
        return Ok(None);
    }
    let r#type = sql::path(&new.id.path);
    if old.id != new.id || !before.labels.iter().filter(|it| kept.contains(it)).eq(kept.iter().copied()) {
        let what = if old.id == new.id { "others change places" } else { "it gets another name" };
        let error = Error::new(format!("{type} cannot lose labels in two halves: {what} at the same time"));
        return Err(error.exit(Exit::Refused).help("make two changes of it, or change it directly: --strategy direct"));
    }
    let mut doubled = Doubled { statements: given_back(&r#type, &before, &after), stays: true, ..Doubled::default() };
    if after.map.is_empty() {
        return Ok(Some(doubled));
    }
    // The columns are those which would be converted if the type came anew.
    let changes: BTreeMap<Id, Verb> = context.changes.clone().into_iter().chain([(new.id.clone(), Verb::Rebuild)]).collect();
    let anew = Context { changes: &changes, ..*context };
    for column in context.from.of_kind("column").filter(|it| keeper::is_own(it, context)) {
        let labels = column.attrs.get("type").and_then(|it| Relabelled::of(it.as_str()?, &anew));
        let Some(labels) = labels.filter(|it| it.maps("").is_some()) else { continue };
        let (keeper, statements) = mapped(&column.id, &labels, context)?;
        doubled.statements.extend(statements);
        doubled.keepers.push(keeper);
    }
    Ok(Some(doubled))
}

/// The statements that give an enum its labels back, each behind the one it stood behind.
fn given_back(r#type: &str, old: &enum_type::Attrs, new: &enum_type::Attrs) -> Vec<String> {
    let mut before: Option<&String> = None;
    let mut statements = Vec::new();
    for label in &old.labels {
        if !new.labels.contains(label) {
            let first = new.labels.first().map_or(String::new(), |it| format!(" BEFORE {}", sql::literal(it)));
            let place = before.map_or(first, |it| format!(" AFTER {}", sql::literal(it)));
            statements.push(format!("ALTER TYPE {type} ADD VALUE {}{place}", sql::literal(label)));
        }
        before = Some(label);
    }
    statements
}

/// What keeps labels that go out of a column.
fn mapped(column: &Id, labels: &Relabelled, context: &Context<'_>) -> Result<(Keeper, Vec<String>)> {
    keeper::can_keep(column, context)?;
    let [schema, table, name] = keeper::names(column)?;
    let (of, set) = (sql::path(&[schema, table]), sql::name(name));
    let goes = |value: &str| labels.maps(value).unwrap_or_else(|| "false".to_owned());
    let value = format!("NEW.{set}");
    let body = format!(
        "\nBEGIN\n    IF {} THEN\n        {value} := {};\n    END IF;\n    RETURN NEW;\nEND;\n",
        goes(&value),
        labels.using(&value)
    );
    let (trigger, statements) = keeper::keeper(column, "_label", &body)?;
    let keeper = Keeper {
        trigger,
        fill: format!("UPDATE {of} SET {set} = {} WHERE {}", labels.using(&set), goes(&set)),
        settle: Some(format!("UPDATE {of} SET {set} = {set} WHERE {}", goes(&set))),
        replaces: Some(Replaces { column: name.clone(), lost: goes(&set), became: format!("{}::text", labels.text(&set)) }),
    };
    Ok((keeper, statements))
}
