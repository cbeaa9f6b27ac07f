//! Statistics that a change takes from the planner, gathered again at the end.
//!
//! Every change of a column's type drops them, and autovacuum does not notice: no row has changed. On a large table plans may be wrong
//! until then; on a small one they hardly matter. A migration does it after its commit, as the change's lock would be held meanwhile.
//! A rollback, which is one file, does it in its transaction.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Id};
use crate::closure::context;
use crate::kinds::{Conditions, Manner, Step, Verb, kind};
use crate::plan::{Plan, Planned, group};
use crate::sql;

/// The steps that gather anew what the plan from one state to the other takes. Where the plan looks at such a table for something else,
/// too, that is done with it: once, at the end.
pub(super) fn after(plan: &mut Plan, from: &Catalog, to: &Catalog, conditions: &Conditions<'_>) -> Vec<Planned> {
    let context = context(from, to, &plan.changes, conditions);
    let mut tables: BTreeMap<Id, Option<Vec<String>>> = BTreeMap::new();
    for (id, verb) in &plan.changes {
        let (Verb::Alter, Some(old), Some(new)) = (verb, from.get(id), to.get(id)) else { continue };
        let Some(stale) = kind(&id.kind).stale(old, new, &context).filter(|it| context.is_large(&it.table)) else { continue };
        let columns = tables.entry(stale.table).or_insert_with(|| Some(Vec::new()));
        *columns = columns.take().zip(stale.column).map(|(columns, it)| [columns, vec![it]].concat());
    }
    for (table, columns) in &mut tables {
        let whole = format!("ANALYZE {}", sql::path(&table.path));
        let count = plan.steps.len();
        plan.steps.retain(|it| it.step.sql.text() != whole);
        *columns = columns.take().filter(|_| plan.steps.len() == count);
    }
    let step = |(table, columns): (Id, Option<Vec<String>>)| {
        let names = |it: Vec<String>| it.iter().map(|it| sql::name(it)).collect::<Vec<_>>().join(", ");
        let columns = columns.map_or(String::new(), |it| format!(" ({})", names(it)));
        let step = Step::new(format!("ANALYZE {}{columns}", sql::path(&table.path)));
        let step = if conditions.manner == Manner::Strict { step.alone() } else { step.anywhere() };
        Planned { verb: Verb::Alter, group: group(from, to, &table), id: table, step }
    };
    tables.into_iter().map(step).collect()
}
