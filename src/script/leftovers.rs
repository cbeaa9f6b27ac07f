//! What a statement leaves behind when it is stopped while it waits for others: an index that nobody can use, a partition that is
//! half detached. Before the statement runs again that is cleared away.

use super::ScriptStatement;
use crate::database::Database;
use crate::error::Result;
use crate::shape::Words;
use crate::sql;

/// What has to be done before a statement can run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Leftover {
    /// Runs first.
    pub(super) before: Option<String>,
    /// Runs in the statement's place.
    pub(super) instead: Option<String>,
}

/// Looks for what an earlier run of the statement left behind.
pub(super) async fn find(statement: &ScriptStatement, database: &mut Database) -> Result<Leftover> {
    if !statement.concurrent {
        return Ok(Leftover::default());
    }
    if let Some((index, table)) = created(&statement.sql) {
        const INVALID: &str = "SELECT (SELECT i.indexrelid::pg_catalog.regclass::text FROM pg_catalog.pg_index i \
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = pg_catalog.to_regclass($1) \
            AND c.relname = (pg_catalog.parse_ident($2))[1] AND NOT i.indisvalid)";
        let invalid: Option<String> = database.value(INVALID, &[table, index]).await?;
        return Ok(Leftover { before: invalid.map(|it| format!("DROP INDEX CONCURRENTLY {it}")), instead: None });
    }
    if let Some((table, partition)) = detached(&statement.sql) {
        // The column is there from 14 on.
        const PENDING: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhdetachpending \
            AND inhparent = pg_catalog.to_regclass($1) AND inhrelid = pg_catalog.to_regclass($2))";
        let pending: bool = database.value(PENDING, &[table, partition]).await?;
        let finalize = || format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE");
        return Ok(Leftover { before: None, instead: pending.then(finalize) });
    }
    Ok(Leftover::default())
}

/// The index that `CREATE INDEX CONCURRENTLY` makes, and its table, as they are written.
fn created(sql: &str) -> Option<(&str, &str)> {
    let mut words = Words::new(sql);
    if !(words.accept("CREATE INDEX CONCURRENTLY") || words.accept("CREATE UNIQUE INDEX CONCURRENTLY")) {
        return None;
    }
    words.accept("IF NOT EXISTS");
    let index = words.path()?;
    if !words.accept("ON") {
        return None;
    }
    words.accept("ONLY");
    Some((index, words.path()?))
}

/// The partitioned table and the partition of `DETACH PARTITION … CONCURRENTLY`, as they are written.
fn detached(sql: &str) -> Option<(&str, &str)> {
    let mut words = Words::new(sql);
    if !words.accept("ALTER TABLE") {
        return None;
    }
    words.accept("IF EXISTS");
    words.accept("ONLY");
    let table = words.path()?;
    words.accept("DETACH PARTITION").then(|| words.path()).flatten().map(|it| (table, it))
}

/// What is about to be done, for who watches.
pub(super) fn told(leftover: &Leftover) -> Option<String> {
    let sql = leftover.before.as_ref().or(leftover.instead.as_ref())?;
    Some(format!("  an earlier run was stopped here: {}", sql::comment(sql)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_eq!(created("CREATE INDEX CONCURRENTLY \"I x\" ON ONLY a.\"T\" USING btree (b)"), Some(("\"I x\"", "a.\"T\"")));
        assert_eq!(created("create unique index concurrently if not exists i on t (b)"), Some(("i", "t")));
        assert_eq!(created("CREATE INDEX CONCURRENTLY ON t (b)"), None, "it has no name to look for");
        assert_eq!(created("DROP INDEX CONCURRENTLY i"), None);
        assert_eq!(detached("ALTER TABLE ONLY a.p DETACH PARTITION a.p_1 CONCURRENTLY"), Some(("a.p", "a.p_1")));
    }
}
