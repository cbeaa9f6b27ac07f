//! Which rows a migration stops on: found by trying without them.

use std::time::Instant;

use crate::database::Database;
use crate::error::Result;
use crate::plan::Plan;
use crate::prove;
use crate::rows::Relation;
use crate::sql;

/// Deletes what refers to rows that a table no longer has.
const ORPHANS: &str = include_str!("orphans.sql");

/// Looks for the rows of a table on which a step stops.
pub(super) struct Search<'a> {
    pub(super) plan: &'a Plan,
    pub(super) table: &'a Relation,
    pub(super) step: usize,
    pub(super) until: Instant,
    /// Whether what refers to rows that are tried without goes too: tries are faster where nothing before the step looks at it.
    pub(super) with_orphans: bool,
}

/// Rows without which the step is passed.
pub(super) struct Culprits {
    /// By `ctid`.
    pub(super) rows: Vec<String>,
    /// Whether each of them is one on which it stops; else time was over before the others were told apart.
    pub(super) are_told_apart: bool,
    /// How many rows the table has.
    pub(super) of: usize,
}

impl Search<'_> {
    /// The rows; `None` when it stops without a row too.
    pub(super) async fn culprits(&mut self, database: &mut Database) -> Result<Option<Culprits>> {
        let all: Vec<String> = database
            .value(&format!("SELECT coalesce(jsonb_agg(tableoid || ' ' || ctid), '[]') FROM {}", self.table.path()), &[])
            .await?;
        let mut culprits: Vec<String> = all.clone();
        if !self.passes(database, &all).await? {
            self.with_orphans = true;
            if !self.passes(database, &all).await? {
                return Ok(None);
            }
        }
        let mut parts = vec![all.clone()];
        while let Some(part) = parts.pop() {
            if Instant::now() > self.until {
                return Ok(Some(Culprits { rows: culprits, are_told_apart: false, of: all.len() }));
            }
            let without: Vec<String> = culprits.iter().filter(|it| !part.contains(it)).cloned().collect();
            if self.passes(database, &without).await? {
                culprits = without;
            } else if part.len() > 1 {
                let (first, second) = part.split_at(part.len() / 2);
                parts.push(second.to_vec());
                parts.push(first.to_vec());
            }
        }
        Ok(Some(Culprits { rows: culprits, are_told_apart: true, of: all.len() }))
    }

    /// Whether the step is passed when these rows are not there.
    async fn passes(&self, database: &mut Database, without: &[String]) -> Result<bool> {
        database.run("BEGIN").await?;
        let passed = match delete_here(database, self.table, without, self.with_orphans).await {
            Ok(()) => prove::run_as_far_as(database, self.plan, self.step).await.is_ok(),
            Err(_) => false,
        };
        database.run("ROLLBACK").await?;
        Ok(passed)
    }
}

/// Deletes rows, and then those that refer to them: else the rollback would seem to stop on those.
pub(super) async fn delete(database: &mut Database, table: &Relation, rows: &[String]) -> Result<()> {
    database.run("BEGIN").await?;
    let deleted = delete_here(database, table, rows, true).await;
    database.run(if deleted.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    deleted
}

/// Deletes rows without triggers and foreign keys taking notice.
async fn delete_here(database: &mut Database, table: &Relation, rows: &[String], with_orphans: bool) -> Result<()> {
    let list: Vec<String> = rows.iter().map(|it| sql::literal(it)).collect();
    let list = if list.is_empty() { "NULL".to_owned() } else { list.join(", ") };
    let table = table.path();
    let mut delete = format!("DELETE FROM {table} WHERE tableoid || ' ' || ctid IN ({list})");
    if with_orphans {
        delete = format!("SET LOCAL schemagen.emptied = {}; {delete}; {ORPHANS}", sql::literal(&table));
    }
    database.run(&format!("SET session_replication_role = replica; {delete}; SET session_replication_role = origin")).await
}
