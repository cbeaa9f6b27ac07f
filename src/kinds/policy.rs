//! Row security policies (`pg_policy`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, LockOrder, Section, Step, Verb, lock_order, rename, table};
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

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_policy WHERE oid >= 16384")
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

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
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
        Ok([Step::new(statement)].into_iter().chain(switched(object, true, context)).collect())
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let drop = Step::new(format!("DROP POLICY {}{}", context.if_exists(), on(object)));
        Ok(switched(object, false, context).into_iter().chain([drop]).collect())
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

/// The last of the policies that come to a table together with its row security, or the first of those that go with it, which says so: were
/// it said apart, nobody would see a row in between.
pub(super) fn switched_with(table: &[String], context: &Context<'_>) -> Option<Id> {
    if context.changes.get(&Id::new("table", table)) != Some(&Verb::Alter) {
        return None;
    }
    match (is_on(table, context.from), is_on(table, context.to)) {
        (false, true) => context.to.within("policy", table).map(|it| &it.id).filter(|it| context.is_created(it)).max().cloned(),
        (true, false) => context.from.within("policy", table).map(|it| &it.id).filter(|it| context.is_dropped(it)).min().cloned(),
        _ => None,
    }
}

fn is_on(table: &[String], state: &Catalog) -> bool {
    state.get(&Id::new("table", table)).is_some_and(|it| it.attrs.get("row_security").is_some_and(|it| it == true))
}

/// The switch of its table's row security, where that is on afterwards, or off, and this policy says so.
fn switched(policy: &Object, on: bool, context: &Context<'_>) -> Option<Step> {
    let table = &policy.id.path[..2];
    let says_so = is_on(table, context.to) == on && switched_with(table, context).is_some_and(|it| it == policy.id);
    let verb = if on { "ENABLE" } else { "DISABLE" };
    says_so.then(|| Step::clause(table::head(context.to, table, false), format!("{verb} ROW LEVEL SECURITY")))
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
