//! Assertions in a migration: the project's own checks at its end, and how what asserts is run on a clone.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::database::Database;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::kinds::{Step, Verb};
use crate::plan::{Plan, Planned, group};
use crate::source::Check;
use crate::values;

/// The project's checks that a plan may make fail, as steps filed under the first thing that changes.
pub(super) fn at_the_end(plan: &Plan, from: &Catalog, to: &Catalog, checks: &[Check]) -> Vec<Planned> {
    let mut tables: BTreeSet<Vec<String>> = BTreeSet::new();
    for state in [from, to] {
        tables.extend(plan.changes.keys().filter_map(|it| values::table_of(state, it)).map(|it| it.path));
    }
    let Some(first) = plan.changes.keys().next() else { return Vec::new() };
    let step = |it: &Check| Planned {
        verb: Verb::Alter,
        id: first.clone(),
        group: group(from, to, first),
        step: Step::new(&it.sql).risks(Hazard::Asserts(format!("the check {}", it.place))).anywhere(),
    };
    checks.iter().filter(|it| it.concerns(&tables, to)).map(step).collect()
}

/// What a clone holds. Seeded rows need not be as guards and the project's checks want them, so these stop nothing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Nothing.
    None,
    /// Values at the edges of types.
    Seeded,
}

/// Runs what only asserts: over seeded rows, where it stops, as if it were not there.
pub(super) async fn run(database: &mut Database, sql: &str, what: &str, rows: Rows) -> Result<()> {
    if rows == Rows::None {
        // The project's own checks name things as its users do.
        let own = format!("SET LOCAL search_path TO DEFAULT; {sql}; SET LOCAL search_path TO pg_catalog");
        let ran = database.run(&own).await;
        return ran.map_err(|it| it.within(what).help("what is asserted must hold for tables without rows too"));
    }
    database.run("SAVEPOINT assertion").await?;
    if database.run(sql).await.is_err() {
        database.run("ROLLBACK TO SAVEPOINT assertion").await?;
    }
    database.run("RELEASE SAVEPOINT assertion").await
}
