//! What each statement of a migration does to relations that were there before it: locks, rewrites, index builds, scans.
//!
//! Measured on a clone, statement by statement. What cannot be measured there is told from the statement's shape and from the
//! hazards that its steps declare, and is marked as told.

mod told;
mod watch;

use serde::Serialize;

pub use told::told;
pub use watch::Watch;

use crate::lock::{Mode, Work};

/// What one statement does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The statement.
    pub statement: String,
    /// Where the rest comes from.
    pub basis: Basis,
    /// Locks on relations that were there before the migration.
    pub locks: Vec<Lock>,
    /// Whom those locks make wait.
    pub blocks: Option<&'static str>,
    /// The heaviest work.
    pub work: Work,
    /// Tables written anew.
    pub rewrites: Vec<String>,
    /// Indexes of theirs that are built anew.
    pub rebuilds: Vec<Build>,
    /// New indexes.
    pub builds: Vec<Build>,
    /// Tables read in whole.
    pub scans: Vec<Scan>,
}

/// Where an impact comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The shape of the statement, and its hazards.
    #[default]
    Told,
    /// A run on a clone without rows.
    Empty,
    /// A run on a clone with seeded rows.
    Measured,
}

/// One lock on one relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// The relation as it was called before the statement, or words for one that is not known.
    pub relation: String,
    /// How strong.
    pub mode: Mode,
    /// The table, when the relation is an index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_of: Option<String>,
    /// The statement of the same transaction, counted from 1, that took it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<usize>,
}

/// The build of one index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Build {
    /// The index; empty where only its table is known.
    pub index: String,
    /// Its table.
    pub table: String,
    /// How it stores its keys: `btree`.
    pub method: String,
    /// The types of its columns.
    pub keys: Vec<String>,
}

/// A table read in whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Scan {
    /// The table.
    pub relation: String,
    /// How often.
    pub times: u64,
    /// How many rows that were in the clone.
    pub rows: u64,
}

/// The impacts of both ways of a migration, in the order of their statements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Impacts {
    /// Of the migration.
    pub migration: Vec<Impact>,
    /// Of its rollback.
    pub rollback: Vec<Impact>,
}

impl Impact {
    /// The impact, with what follows from the rest of it.
    fn derived(mut self) -> Impact {
        self.blocks = self.locks.iter().map(|it| it.mode).max().and_then(Mode::blocks);
        self
    }

    /// The locks that clients or other sessions may feel; those on an index say nothing where its table is locked as strongly.
    pub fn felt(&self) -> impl Iterator<Item = &Lock> {
        let implied = |lock: &Lock| {
            lock.index_of.as_ref().is_some_and(|table| self.locks.iter().any(|it| it.relation == *table && it.mode >= lock.mode))
        };
        self.locks.iter().filter(move |it| it.mode >= Mode::RowExclusive && !implied(it))
    }

    /// The relations on which the work is done, each once.
    pub fn tables(&self) -> Vec<&str> {
        let rebuilt = self.rebuilds.iter().chain(&self.builds).map(|it| it.table.as_str());
        let all = self.rewrites.iter().map(String::as_str).chain(rebuilt);
        let mut tables: Vec<&str> = Vec::new();
        for table in all.chain(self.scans.iter().map(|it| it.relation.as_str())) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }
}
