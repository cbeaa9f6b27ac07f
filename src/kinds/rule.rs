//! Rewrite rules (`pg_rewrite`), those that make a view aside.

use serde::Deserialize;

use super::{Alteration, Body, Context, Folded, Kind, Section, Step, rename};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Rule;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    /// As in `ev_enabled`.
    enabled: char,
}

impl Kind for Rule {
    fn name(&self) -> &'static str {
        "rule"
    }

    fn query(&self) -> &'static str {
        include_str!("rule.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'")
    }

    fn rename(&self, from: &Id, to: &Id, _: &Context<'_>) -> Vec<Step> {
        rename::on_table("RULE", from, to)
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let nameless = |it: &Object| {
            let definition = it.read::<Attrs>().ok()?.definition;
            Some(definition.replacen(&format!(" RULE {} AS", sql::name(it.name(2))), " RULE AS", 1))
        };
        old.parent == new.parent && nameless(old) == nameless(new)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut steps = vec![Step::new(statement(&attrs.definition))];
        if attrs.enabled != 'O' {
            steps.push(enable(object, attrs.enabled));
        }
        Ok(steps)
    }

    fn body(&self, object: &Object) -> Option<Body> {
        Body::bound("rule", object, "definition")
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        returned_no_more(object, context)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let (name, relation) = (sql::name(object.name(2)), relation(object));
        Ok(vec![Step::new(format!("DROP RULE {}{name} ON {relation}", context.if_exists()))])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if !returned_no_more(to, context).is_empty() {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        if old.definition != new.definition {
            steps.push(Step::new(statement(&new.definition).replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1)));
        }
        if old.enabled != new.enabled {
            steps.push(enable(to, new.enabled));
        }
        Ok(Alteration::Steps(steps))
    }
}

/// Columns that go from the relation of a rule whose `RETURNING` gives rows of it: it has to name all that are there when it comes.
fn returned_no_more(rule: &Object, context: &Context<'_>) -> Vec<Id> {
    let returns = rule.attrs.get("definition").and_then(|it| it.as_str()).is_some_and(|it| it.contains(" RETURNING "));
    let columns = context.from.within("column", rule.id.path.get(..2).unwrap_or_default()).filter(|_| returns);
    columns.filter(|it| context.to.get(&it.id).is_none()).map(|it| it.id.clone()).collect()
}

fn statement(definition: &str) -> &str {
    definition.strip_suffix(';').unwrap_or(definition)
}

fn relation(object: &Object) -> String {
    sql::path(object.id.path.get(..2).unwrap_or_default())
}

fn enable(object: &Object, state: char) -> Step {
    let verb = super::trigger::enabled(state);
    Step::clause(format!("ALTER TABLE {}", relation(object)), format!("{verb} RULE {}", sql::name(object.name(2))))
}
