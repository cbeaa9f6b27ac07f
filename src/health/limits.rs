//! From where on something is a finding: the section `[health]`.

use serde::Deserialize;

use super::PROBES;
use crate::config::matches;

/// The limits, and what is left out. Each has a default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Client sessions, of those that there may be.
    pub connections_percent: f64,
    /// How long a transaction may be open without a statement.
    pub idle_seconds: f64,
    /// How long a transaction may be open at all.
    pub transaction_seconds: f64,
    /// How long a session may wait for a lock.
    pub lock_seconds: f64,
    /// Transactions since the oldest freeze, of the 2^31 that there may be.
    pub wraparound_percent: f64,
    /// How far a standby may be behind.
    pub replication_seconds: f64,
    /// How much WAL a slot may keep.
    pub slot_bytes: f64,
    /// Blocks found in shared buffers, of those asked for: at least.
    pub cache_hit_percent: f64,
    /// How far a sequence may have come.
    pub sequence_percent: f64,
    /// Dead rows, of all rows of a table.
    pub dead_rows_percent: f64,
    /// Rows changed since the last ANALYZE, of those that live.
    pub modified_percent: f64,
    /// Below so many dead or changed rows a table is not looked at.
    pub least_rows: f64,
    /// The least size of an index that counts when it is not used.
    pub unused_index_bytes: f64,
    /// The least rows of a table that wants an index below a foreign key.
    pub foreign_key_rows: f64,
    /// How much slower a query may have become.
    pub query_slower_percent: f64,
    /// How often a query must have run since to be compared.
    pub query_calls: f64,
    /// Findings to leave out: `probe:subject`, with `*` and `?`.
    pub ignore: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_percent: 80.0,
            idle_seconds: 60.0,
            transaction_seconds: 900.0,
            lock_seconds: 5.0,
            wraparound_percent: 40.0,
            replication_seconds: 10.0,
            slot_bytes: 1e9,
            cache_hit_percent: 95.0,
            sequence_percent: 75.0,
            dead_rows_percent: 20.0,
            modified_percent: 20.0,
            least_rows: 10_000.0,
            unused_index_bytes: 1e7,
            foreign_key_rows: 100_000.0,
            query_slower_percent: 20.0,
            query_calls: 50.0,
            ignore: Vec::new(),
        }
    }
}

impl Limits {
    /// Whether the user knows of it.
    pub fn ignores(&self, probe: &str, subject: &str) -> bool {
        self.ignore.iter().filter_map(|it| it.split_once(':')).any(|(of, glob)| of == probe && matches(glob, subject))
    }

    /// The pattern that names no probe, if there is one.
    pub fn stray_pattern(&self) -> Option<&str> {
        let known = |it: &&String| {
            it.split_once(':').is_some_and(|(of, _)| super::EXTRA.contains(&of) || PROBES.iter().any(|probe| probe.name() == of))
        };
        self.ignore.iter().find(|it| !known(it)).map(String::as_str)
    }
}
