//! The lock that keeps two runs on one database apart.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use sqlx::Row as _;

use super::Table;
use crate::database::Database;
use crate::error::{Error, Result};

/// How long another run may hold the lock before we give up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes the lock that keeps two runs on one database apart; it goes with the connection. `notify` hears that we wait.
pub async fn lock(database: &mut Database, table: &Table, notify: impl Fn(&str)) -> Result<()> {
    let key = key(table);
    let start = Instant::now();
    let mut is_first = true;
    while !database.value::<bool>(&format!("SELECT pg_catalog.pg_try_advisory_lock({key})"), &[]).await? {
        let holder = at_work(database, table).await?.map_or(String::new(), |it| format!(" ({it})"));
        if start.elapsed() >= PATIENCE {
            let error = Error::new(format!("another schemagen is at work on this database{holder}"));
            return Err(error.note("state: nothing was changed").help("try again when it is done"));
        }
        if is_first {
            notify(&format!("Waiting for another schemagen that is at work on this database{holder}"));
            is_first = false;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

fn key(table: &Table) -> i64 {
    let digest = Sha256::digest(format!("schemagen {}", table.path()).as_bytes());
    digest.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

/// Who holds the lock: `pid 12, user joe, from 10.0.0.1`; nobody where none does.
pub async fn at_work(database: &mut Database, table: &Table) -> Result<Option<String>> {
    let key = key(table);
    let query = format!(
        "SELECT 'pid ' || l.pid || coalesce(', user ' || a.usename, '') || coalesce(', from ' || host(a.client_addr), '') \
         FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid) \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
         AND ((l.classid::bigint << 32) | l.objid::bigint) = {key} LIMIT 1"
    );
    let rows = database.rows(&query, &[]).await?;
    Ok(rows.first().and_then(|row| row.try_get::<String, _>(0).ok()))
}
