//! Row security policies (`pg_policy`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, LockOrder, Section, Step, lock_order, rename};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Policy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// As in `polcmd`.
    command: char,
    permissive: bool,
    /// None named: PUBLIC.
    roles: Vec<String>,
    using: Option<String>,
    check: Option<String>,
}

impl Kind for Policy {
    fn name(&self) -> &'static str {
        "policy"
    }

    fn query(&self) -> &'static str {
        include_str!("policy.sql")
    }

    fn rename(&self, from: &Id, to: &Id, _: &Context<'_>) -> Vec<Step> {
        rename::on_table("POLICY", from, to)
    }

    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        old.parent == new.parent && old.same(new)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    /// What a condition reads is locked after the table.
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        let Some(table) = &object.parent else { return Vec::new() };
        lock_order::others(table, object, state).into_iter().map(|it| LockOrder::through(table, it)).collect()
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let mut statement = format!("CREATE POLICY {}", on(object));
        if !attrs.permissive {
            statement += " AS RESTRICTIVE";
        }
        statement += match attrs.command {
            'r' => " FOR SELECT",
            'a' => " FOR INSERT",
            'w' => " FOR UPDATE",
            'd' => " FOR DELETE",
            _ => "",
        };
        if !attrs.roles.is_empty() {
            statement += &to(&attrs.roles);
        }
        statement += &expression("USING", attrs.using.as_deref());
        statement += &expression("WITH CHECK", attrs.check.as_deref());
        Ok(vec![Step::new(statement)])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP POLICY {}{}", context.if_exists(), on(object)))])
    }

    fn alter(&self, from: &Object, object: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, object.read()?);
        let loses = old.using.is_some() && new.using.is_none() || old.check.is_some() && new.check.is_none();
        if old.command != new.command || old.permissive != new.permissive || loses {
            return Ok(Alteration::Rebuild);
        }
        let mut statement = format!("ALTER POLICY {}", on(object));
        if old.roles != new.roles {
            statement += &to(&new.roles);
        }
        if old.using != new.using {
            statement += &expression("USING", new.using.as_deref());
        }
        if old.check != new.check {
            statement += &expression("WITH CHECK", new.check.as_deref());
        }
        Ok(Alteration::Steps(vec![Step::new(statement)]))
    }
}

/// `p ON public.t`.
fn on(object: &Object) -> String {
    format!("{} ON {}", sql::name(object.name(2)), sql::path(object.id.path.get(..2).unwrap_or_default()))
}

fn to(roles: &[String]) -> String {
    if roles.is_empty() { " TO PUBLIC".to_owned() } else { format!(" TO {}", sql::names(roles)) }
}

fn expression(word: &str, text: Option<&str>) -> String {
    text.map_or(String::new(), |it| format!(" {word} ({it})"))
}
