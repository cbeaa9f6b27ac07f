//! The vocabulary of risk: what a statement may cost while it runs on production with live data.

use serde::{Deserialize, Serialize};

/// One risk of one statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hazard {
    /// Stored values go, for good: what is lost, in words (`every row of public.devices`).
    DataLoss(String),
    /// Values may be refused or changed by a conversion.
    Converts(String),
    /// Times get a time zone or lose it, and are taken as UTC: of which column.
    TakesTimesAsUtc(String),
    /// Rows of a table are copied or filled of which row security may hide some, as it is forced on the owner: of which table.
    NeedsAllRows(String),
    /// The table is written anew under ACCESS EXCLUSIVE.
    Rewrites(String),
    /// The table is read in whole while a lock is held.
    Scans(String),
    /// An index is built under SHARE: writes wait.
    BuildsIndex(String),
    /// The running application may break: what, in words.
    BreaksApplication(String),
    /// It does nothing but stop the migration unless this holds.
    Asserts(String),
    /// Triggers answer to the filling of rows, and do what they do: which, in words.
    Fires(String),
    /// What is written between two statements misses what the first did, before the second ends that: which rows, and what they miss.
    Misses(String),
    /// Cannot be brought back exactly: what, in words.
    Irreversible(String),
}

impl Hazard {
    /// What an assertion asserts.
    pub(crate) fn asserted(&self) -> Option<&String> {
        if let Hazard::Asserts(what) = self { Some(what) } else { None }
    }
}
