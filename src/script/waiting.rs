//! Whom a statement waits for, told while it does: a transaction that someone left open is found by nobody who only sees a change
//! that takes long.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use sqlx::postgres::PgConnectOptions;

use super::Terms;
use crate::database::Database;
use crate::error::Result;

/// How often it is asked.
const INTERVAL: Duration = Duration::from_secs(2);

/// The session that statements run in, as others see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    pid: i32,
}

impl Session {
    /// That of a connection, where it is to be watched.
    pub(super) async fn of(database: &mut Database, terms: &Terms<'_>) -> Result<Option<Session>> {
        if terms.telling.is_none() {
            return Ok(None);
        }
        Ok(Some(Session { pid: database.value("SELECT pg_catalog.pg_backend_pid()", &[]).await? }))
    }
}

/// Runs statements, and tells from another connection whom they wait for. That may fail; they go on.
pub(super) async fn run(
    sql: &str,
    database: &mut Database,
    session: Option<Session>,
    terms: &Terms<'_>,
) -> std::result::Result<(), sqlx::Error> {
    let (Some(session), Some(patience)) = (session, terms.telling) else { return database.try_run(sql).await };
    let options = database.options().clone();
    let (running, telling) = (pin!(database.try_run(sql)), pin!(tell(options, session, patience, terms)));
    match select(running, telling).await {
        Either::Left((result, _)) => result,
        Either::Right((_, running)) => running.await,
    }
}

async fn tell(options: PgConnectOptions, session: Session, patience: Duration, terms: &Terms<'_>) -> Result<()> {
    const WHOM: &str = "SELECT string_agg('pid ' || b.pid || coalesce(' (' || a.usename || coalesce(', ' || nullif(a.application_name, ''), '') \
            || coalesce(', ' || CASE WHEN a.state LIKE 'idle in transaction%' THEN 'idle in a transaction' ELSE a.state END, '') \
            || coalesce(', begun ' || extract(epoch FROM clock_timestamp() - a.xact_start)::bigint || ' s ago', '') || ')', ''), '; ' ORDER BY b.pid) \
        FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::int)) b(pid) LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)";
    tokio::time::sleep(patience).await;
    let mut database = Database::connect(&options).await?;
    let mut told: Vec<String> = Vec::new();
    loop {
        let whom: Option<String> = database.value(WHOM, &[&session.pid.to_string()]).await?;
        // Those who are told once need not be told again as they grow older.
        let pids = |it: &str| it.split("; ").filter_map(|it| it.split(' ').nth(1).map(str::to_owned)).collect::<Vec<_>>();
        if let Some(whom) = whom.filter(|it| pids(it).iter().any(|pid| !told.contains(pid))) {
            (terms.notify)(&format!("  waits for {whom}"));
            told.extend(pids(&whom));
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
