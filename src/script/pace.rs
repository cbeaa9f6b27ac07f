//! How fast a backfill goes: batches as large as fit in a fifth of a second, and pauses while the database has trouble keeping up.

use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::database::Database;
use crate::error::Result;

/// How a backfill shares the database with others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// The largest batch, in rows.
    pub largest: usize,
    /// How long a batch should take; it is made larger or smaller for that.
    pub target: Duration,
    /// The pause after a batch, in parts of the time that the batch took.
    pub rest: f64,
    /// Beyond what it waits; `None`: for nothing.
    pub limits: Option<Limits>,
}

/// What a backfill waits for when it is exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// How far a standby may be behind.
    pub lag: Duration,
    /// Dead rows of the table, in parts of its live ones; doubled whenever waiting did not help.
    pub dead: f64,
    /// The longest wait at a time; then it goes on with one batch.
    pub patience: Duration,
}

impl Pace {
    /// Among others.
    pub fn considerate() -> Pace {
        let limits = Limits { lag: Duration::from_secs(10), dead: 0.3, patience: Duration::from_secs(90) };
        Pace { largest: 5000, target: Duration::from_millis(200), rest: 0.5, limits: Some(limits) }
    }

    /// On a database of our own, with few rows: so small that there is more than one batch.
    pub fn alone() -> Pace {
        Pace { largest: 7, target: Duration::from_secs(3600), rest: 0.0, limits: None }
    }

    /// How large the batch is that follows one of `size` which took so long.
    pub(super) fn next(&self, size: usize, took: Duration) -> usize {
        let ratio = self.target.as_secs_f64() / took.as_secs_f64().max(0.001);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a small count")]
        let next = (size as f64 * ratio.clamp(0.5, 2.0)) as usize;
        next.clamp(1, self.largest)
    }
}

/// Fewer dead rows than these are no trouble, however small the table.
const FEW: f64 = 50_000.0;

/// How often it is asked.
const INTERVAL: Duration = Duration::from_secs(1);

/// What may be in trouble. The lag is for those to see who may (`pg_monitor`).
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Health {
    lag: Option<f64>,
    waiting: i64,
    dead: f64,
    live: f64,
}

/// Watches the database while a backfill runs.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Option<Limits>,
    asked: Option<Instant>,
}

impl Watch {
    pub(super) fn new(pace: &Pace) -> Watch {
        Watch { limits: pace.limits, asked: None }
    }

    /// Waits until the database can take more, or patience ends. `tell` hears why, once.
    pub(super) async fn wait(&mut self, database: &mut Database, table: &str, tell: impl Fn(&str)) -> Result<()> {
        let start = Instant::now();
        let (mut is_vacuumed, mut is_told) = (false, false);
        while let Some(limits) = &mut self.limits {
            if self.asked.is_some_and(|it| it.elapsed() < INTERVAL) {
                return Ok(());
            }
            let health = health(database, table).await?;
            let Some(reason) = reason(&health, limits) else {
                self.asked = Some(Instant::now());
                return Ok(());
            };
            if has_many_dead(&health, limits) && !std::mem::replace(&mut is_vacuumed, true) {
                tell(&format!("  vacuums: {reason}"));
                vacuum(database, table).await?;
                continue;
            }
            if start.elapsed() >= limits.patience {
                if has_many_dead(&health, limits) {
                    limits.dead *= 2.0;
                }
                self.asked = Some(Instant::now());
                tell(&format!("  goes on although {reason}"));
                return Ok(());
            }
            if !std::mem::replace(&mut is_told, true) {
                tell(&format!("  waits: {reason}"));
            }
            tokio::time::sleep(INTERVAL / 2).await;
        }
        Ok(())
    }
}

fn reason(health: &Health, limits: &Limits) -> Option<String> {
    if health.waiting > 0 {
        return Some("others wait for a lock on the table".to_owned());
    }
    if let Some(lag) = health.lag.filter(|it| *it > limits.lag.as_secs_f64()) {
        return Some(format!("a standby is {lag:.0} s behind"));
    }
    has_many_dead(health, limits).then(|| format!("{:.0} dead rows wait for a vacuum", health.dead))
}

fn has_many_dead(health: &Health, limits: &Limits) -> bool {
    health.dead > FEW.max(limits.dead * health.live)
}

/// Clears dead rows away at the pace of autovacuum, which would come up to a minute later. Nothing is waited for, and no lock is taken that
/// readers or writers feel.
async fn vacuum(database: &mut Database, table: &str) -> Result<()> {
    database.run("SET vacuum_cost_delay = '2ms'").await?;
    database.run(&format!("VACUUM (SKIP_LOCKED, TRUNCATE false) {table}")).await?;
    database.run("RESET vacuum_cost_delay").await
}

async fn health(database: &mut Database, table: &str) -> Result<Health> {
    const HEALTH: &str = "WITH tree AS (SELECT pg_catalog.to_regclass($1)::oid AS relid \
            UNION SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1))) \
        SELECT jsonb_build_object(\
            'lag', (SELECT max(EXTRACT(epoch FROM replay_lag)) FROM pg_catalog.pg_stat_replication), \
            'waiting', (SELECT count(*) FROM pg_catalog.pg_locks l JOIN tree ON l.relation = tree.relid \
                WHERE NOT l.granted AND l.locktype = 'relation' \
                AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())), \
            'dead', coalesce(sum(s.n_dead_tup), 0), 'live', coalesce(sum(s.n_live_tup), 0)) \
        FROM tree LEFT JOIN pg_catalog.pg_stat_all_tables s USING (relid)";
    database.value(HEALTH, &[table]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_as_large_as_its_time_allows() {
        let pace = Pace::considerate();
        assert_eq!(pace.next(1000, Duration::from_millis(100)), 2000);
        assert_eq!(pace.next(1000, Duration::from_millis(300)), 666);
        assert_eq!(pace.next(1000, Duration::from_secs(10)), 500);
        assert_eq!(pace.next(4000, Duration::ZERO), 5000);
        assert_eq!(pace.next(1, Duration::from_secs(10)), 1);
    }

    #[test]
    fn it_waits_for_those_who_wait_for_standbys_and_for_vacuum() {
        let limits = Pace::considerate().limits.unwrap();
        let well = Health { lag: Some(1.0), waiting: 0, dead: 40_000.0, live: 10.0 };
        assert_eq!(reason(&well, &limits), None);
        assert!(reason(&Health { waiting: 1, ..well }, &limits).unwrap().contains("lock"));
        assert!(reason(&Health { lag: Some(11.0), ..well }, &limits).unwrap().contains("standby"));
        let dead = Health { dead: 400_000.0, live: 1_000_000.0, ..well };
        assert!(reason(&dead, &limits).unwrap().contains("vacuum"));
        assert_eq!(reason(&Health { live: 2_000_000.0, ..dead }, &limits), None);
    }
}
