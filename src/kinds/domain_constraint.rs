//! CHECK constraints of domains (`pg_constraint` with contypid).
//!
//! PostgreSQL checks them under SHARE on every table with a column of the domain, VALIDATE too, and no constraint of a table spares it
//! that (14 to 18). Where such a table is large, what is left is that new rows are held to it first, and that the lock is kept for
//! nothing but the look at the rows.

use serde::Deserialize;

use super::{Alteration, Context, DataCheck, Folded, Kind, Section, Step, Verb, data_check, online, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::source::lexer::{self, Lexer};
use crate::sql;

pub(super) struct DomainConstraint;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    definition: String,
    validated: bool,
    #[serde(rename = "_expression")]
    expression: String,
}

fn head(object: &Object) -> String {
    format!("ALTER DOMAIN {}", sql::path(&object.id.path[..2]))
}

fn definition(object: &Object, attrs: &Attrs) -> String {
    format!("CONSTRAINT {} {}", sql::name(object.name(2)), super::brackets::unbracketed(&attrs.definition))
}

/// A domain's expression about a value: PostgreSQL prints `VALUE` in upper case, and no name so without quotes.
fn of_value(expression: &str, value: &str) -> String {
    let mut text = String::new();
    let mut end = 0;
    for token in Lexer::new(expression).filter(|it| it.kind == lexer::Kind::Word && &expression[it.range.clone()] == "VALUE") {
        text += &expression[end..token.range.start];
        text += &format!("({value})");
        end = token.range.end;
    }
    text + &expression[end..]
}

/// That every column of the domain is read.
fn scans(object: &Object) -> Hazard {
    Hazard::Scans(format!("every table with a column of {}", sql::path(&object.id.path[..2])))
}

/// It comes under that name before the rows that are there are looked at. A run that stopped may have left one of that name.
fn validated_later(object: &Object, name: &str, attrs: &Attrs, context: &Context<'_>) -> [Step; 2] {
    let (head, name) = (head(object), sql::name(name));
    let add = format!("{head} ADD CONSTRAINT {name} {} NOT VALID", super::brackets::unbracketed(&attrs.definition));
    let again = format!("\nBEGIN\n    {head} DROP CONSTRAINT IF EXISTS {name};\n    {add};\nEND;\n");
    let add = if context.tolerant { format!("DO {}", sql::dollar(&again)) } else { add };
    [Step::new(add).alone(), Step::new(format!("{head} VALIDATE CONSTRAINT {name}")).risks(scans(object)).alone()]
}

/// Whether it is validated in a statement of its own, for which it must not yet be held inside another type.
fn may_wait(object: &Object, context: &Context<'_>) -> bool {
    data_check::is_in_large(&object.id.path[..2], context) && !is_frozen(object, context.to)
}

/// Whether a column holds the domain inside another type in that state.
fn is_frozen(object: &Object, state: &Catalog) -> bool {
    let domain = object.parent.as_ref().and_then(|it| state.get(it));
    domain.is_some_and(|it| it.attrs.get("frozen").is_some_and(|it| !it.is_null()))
}

/// It takes the place of another of its name: at no time neither holds.
fn replaced(object: &Object, attrs: &Attrs, context: &Context<'_>) -> Vec<Step> {
    let (head, name, spare) = (head(object), sql::name(object.name(2)), online::spare(&object.id.path, context));
    let drop = format!("{head} DROP CONSTRAINT {}{name}", context.if_exists());
    let rename = format!("{head} RENAME CONSTRAINT {} TO {name}", sql::name(&spare));
    let exchange = [drop, rename].map(|it| Step::new(it).alone());
    validated_later(object, &spare, attrs, context).into_iter().chain(exchange).collect()
}

impl Kind for DomainConstraint {
    fn name(&self) -> &'static str {
        "domain_constraint"
    }

    fn query(&self) -> &'static str {
        include_str!("domain_constraint.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'd'")
    }

    fn rename(&self, from: &Id, to: &Id, _: &Context<'_>) -> Vec<Step> {
        rename::part(from, to, |domain, old, new| format!("ALTER DOMAIN {} RENAME CONSTRAINT {old} TO {new}", sql::path(domain)))
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        old.parent == new.parent && old.same(new)
    }

    fn section(&self) -> Section {
        Section::Type
    }

    /// One that goes and comes again does so in one transaction: else there would be none for a while.
    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let comes = context.changes.get(&object.id) == Some(&Verb::Create);
        if comes && attrs.validated && may_wait(object, context) {
            return Ok(validated_later(object, object.name(2), &attrs, context).into());
        }
        let later = if attrs.validated { "" } else { " NOT VALID" };
        let step = Step::new(format!("{} ADD {}{later}", head(object), definition(object, &attrs)));
        Ok(vec![if attrs.validated { step.risks(scans(object)) } else { step }])
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Option<String>> {
        let attrs: Attrs = object.read()?;
        Ok(attrs.validated.then(|| definition(object, &attrs)))
    }

    /// PostgreSQL adds none to a domain that a column holds inside another type.
    fn is_vital(&self, object: &Object, state: &Catalog) -> bool {
        is_frozen(object, state)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let name = sql::name(object.name(2));
        Ok(vec![Step::new(format!("{} DROP CONSTRAINT {}{name}", head(object), context.if_exists()))])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let is_in_large = may_wait(to, context);
        if old.definition != new.definition && new.validated && is_in_large {
            return Ok(Alteration::Steps(replaced(to, &new, context)));
        }
        if old.definition != new.definition || !new.validated {
            return Ok(Alteration::Rebuild);
        }
        let step = Step::new(format!("{} VALIDATE CONSTRAINT {}", head(to), sql::name(to.name(2)))).risks(scans(to));
        Ok(Alteration::Steps(vec![if is_in_large { step.alone() } else { step }]))
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let (old, new): (Option<Attrs>, Attrs) = (from.map(Object::read).transpose()?, to.read()?);
        if !new.validated || old.is_some_and(|it| it.validated && it.definition == new.definition) {
            return Ok(Vec::new());
        }
        let domain = &to.id.path[..2];
        let base = context.to.get(&Id::new("domain", domain)).and_then(|it| it.attrs.get("type")?.as_str());
        let check = |column: &&Object| {
            let (table, name) = (&column.id.path[..2], sql::name(column.name(2)));
            let value = base.map_or(format!("t.{name}"), |it| format!("t.{name}::{it}"));
            let condition = format!("NOT ({})", of_value(&new.expression, &value));
            let query = data_check::rows(table, &data_check::with_children(table, context), &condition, context);
            let (constraint, column) = (sql::name(to.name(2)), sql::path(&column.id.path));
            let what = format!("CHECK {constraint} of {} in {column}", sql::path(domain));
            DataCheck { what, query, help: "correct them, or add the constraint NOT VALID".to_owned(), by_row: None }
        };
        Ok(data_check::columns_of(domain, context).iter().map(check).collect())
    }
}
