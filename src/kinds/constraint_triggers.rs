//! Whether the triggers behind foreign keys and deferrable keys fire (`pg_trigger.tgenabled` of internal triggers).
//!
//! `ALTER TABLE … DISABLE TRIGGER ALL` takes the table's other triggers along: their states are set again. The name of an internal
//! trigger holds an oid; where only some are disabled, the statement looks them up where it runs.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct ConstraintTriggers;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    /// Schema, table and name of the constraint, the function, and the state.
    states: Vec<(String, String, String, String, char)>,
    #[serde(rename = "_all_disabled")]
    all_disabled: bool,
}

impl Kind for ConstraintTriggers {
    fn name(&self) -> &'static str {
        "constraint_triggers"
    }

    fn query(&self) -> &'static str {
        include_str!("constraint_triggers.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_trigger WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let disabled = attrs.states.iter().filter(|it| it.4 == 'D').map(|it| format!("{} is not kept", sql::name(&it.2)));
        let disabled: BTreeSet<String> = disabled.collect();
        let mut steps = if attrs.all_disabled {
            all("DISABLE", 'D', &object.id, |_| true, context)
        } else {
            vec![Step::new(each(&object.id, &attrs))]
        };
        if let Some(first) = steps.first_mut() {
            first.hazards.extend(disabled.into_iter().map(Hazard::BreaksApplication));
        }
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        // Before others come: what is created anew has its state set then.
        let stands = |it: &Id| context.from.get(it).is_some() && !context.is_dropped(it);
        Ok(all("ENABLE", 'O', &object.id, stands, context))
    }

    /// Each of the table's own triggers has its state set before.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        context.to.within("trigger", &object.id.path).map(|it| it.id.clone()).collect()
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }
}

/// Sets all triggers of a table, then those of its own, as far as they are there, that stay in another state back.
fn all(verb: &str, state: char, table: &Id, stands: impl Fn(&Id) -> bool, context: &Context<'_>) -> Vec<Step> {
    let head = format!("ALTER TABLE ONLY {}", sql::path(&table.path));
    let own = context.to.within("trigger", &table.path).filter(|it| stands(&it.id));
    let other = own.filter_map(|it| Some((it, it.attrs.get("enabled")?.as_str()?.chars().next()?))).filter(|it| it.1 != state);
    let back = other.map(|(it, state)| Step::clause(&head, format!("{} TRIGGER {}", verb_of(state), sql::name(it.name(2)))));
    [Step::clause(&head, format!("{verb} TRIGGER ALL"))].into_iter().chain(back).collect()
}

fn verb_of(state: char) -> &'static str {
    match state {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}

/// Sets every internal trigger of the table: those that are listed as listed, the others to fire as usual.
fn each(table: &Id, attrs: &Attrs) -> String {
    let listed = attrs.states.iter().map(|(schema, table, constraint, function, state)| {
        let texts = [schema, table, constraint, function].map(|it| sql::literal(it)).join(", ");
        format!("({texts}, '{state}')")
    });
    let state = format!(
        "coalesce((SELECT s.state FROM (VALUES {}) AS s(schema, relation, constraint_name, function, state) \
         WHERE (s.schema, s.relation, s.constraint_name, s.function) = (n.nspname, c.relname, k.conname, p.proname)), 'O')",
        listed.collect::<Vec<_>>().join(", ")
    );
    let table = sql::path(&table.path);
    let body = format!(
        "DECLARE it record;\nBEGIN\n    FOR it IN SELECT t.tgname, {state} AS state\n        FROM pg_catalog.pg_trigger t\n        \
         JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid\n        JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint\n        \
         JOIN pg_catalog.pg_class c ON c.oid = k.conrelid\n        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace\n        \
         WHERE t.tgrelid = {relation}::pg_catalog.regclass AND t.tgisinternal\n    LOOP\n        \
         EXECUTE pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', {relation}, CASE it.state WHEN 'D' THEN 'DISABLE' \
         WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, it.tgname);\n    END LOOP;\nEND",
        relation = sql::literal(&table)
    );
    format!("DO {}", sql::dollar(&body))
}
