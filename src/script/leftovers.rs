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
    /// The database is as the statement would leave it, as far as names tell.
    pub(super) done: bool,
}

/// Looks for what an earlier run of the statement left behind.
pub(super) async fn find(statement: &ScriptStatement, database: &mut Database) -> Result<Leftover> {
    if !statement.concurrent {
        return Ok(Leftover::default());
    }
    if let Some((index, table)) = created(&statement.sql) {
        const THERE: &str = "SELECT (SELECT pg_catalog.jsonb_build_array(i.indexrelid::pg_catalog.regclass::text, i.indisvalid) \
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
            WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = (pg_catalog.parse_ident($2))[1])";
        let there: Option<(String, bool)> = database.value(THERE, &[table, index]).await?;
        return Ok(match there {
            Some((index, false)) => Leftover { before: Some(format!("DROP INDEX CONCURRENTLY {index}")), ..Leftover::default() },
            there => Leftover { done: there.is_some(), ..Leftover::default() },
        });
    }
    if let Some((table, partition)) = detached(&statement.sql) {
        // The column is there from 14 on.
        const PENDING: &str = "SELECT (SELECT inhdetachpending FROM pg_catalog.pg_inherits \
            WHERE inhparent = pg_catalog.to_regclass($1) AND inhrelid = pg_catalog.to_regclass($2))";
        let pending: Option<bool> = database.value(PENDING, &[table, partition]).await?;
        let finalize = || format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE");
        let instead = pending.unwrap_or_default().then(finalize);
        return Ok(Leftover { instead, done: pending.is_none(), ..Leftover::default() });
    }
    if let Some(index) = dropped(&statement.sql) {
        let done: bool = database.value("SELECT pg_catalog.to_regclass($1) IS NULL", &[index]).await?;
        return Ok(Leftover { done, ..Leftover::default() });
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

/// The index that `DROP INDEX CONCURRENTLY` takes away, as it is written; it can be only one.
fn dropped(sql: &str) -> Option<&str> {
    let mut words = Words::new(sql);
    if !words.accept("DROP INDEX CONCURRENTLY") {
        return None;
    }
    words.accept("IF EXISTS");
    words.path()
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
        assert_eq!(dropped("drop index concurrently if exists a.\"I\" cascade"), Some("a.\"I\""));
        assert_eq!(dropped("DROP INDEX i"), None);
        assert_eq!(detached("ALTER TABLE ONLY a.p DETACH PARTITION a.p_1 CONCURRENTLY"), Some(("a.p", "a.p_1")));
    }
}
