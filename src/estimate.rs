//! How long a migration takes on the live database: its measured work, priced by the live sizes and by what such work costs a row.
//!
//! The costs were measured on PostgreSQL 17 from 10^5 to 10^7 rows, where they are linear. A host is faster or slower by a factor
//! that `schemagen calibrate` measures; without it the range is wider. It is always a range, and says what it rests on.

mod cost;
mod host;
mod words;

use serde::Serialize;

pub use host::{Calibration, calibrate};

use crate::impact::Impact;
use crate::lock::{Mode, Work};
use crate::sizes::{Size, Sizes};
use crate::sql;
use cost::{Cost, cost};

/// Seconds, from the least to the most that is likely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Range {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Range {
    fn plus(self, other: Range) -> Range {
        Range { low: self.low + other.low, high: self.high + other.high }
    }

    fn times(self, factor: f64) -> Range {
        Range { low: self.low * factor, high: self.high * factor }
    }
}

/// How long a migration takes, how long it holds others up, and what it writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// From the first statement to the last; nothing where a size is not known.
    pub total: Option<Range>,
    /// Of it, the time that others wait, beside the wait for locks.
    pub blocking: Option<Range>,
    /// The strongest lock under which it works.
    #[serde(skip)]
    pub mode: Option<Mode>,
    /// Whom it holds up.
    pub blocks: Option<&'static str>,
    /// The relations that wait for long.
    pub blocked: Vec<String>,
    /// Bytes of write-ahead log.
    pub wal: u64,
    /// Bytes of disk that it needs while it runs.
    pub disk: u64,
    /// The same per million rows of the tables whose size is not known.
    pub per_million: Option<Range>,
    /// Those tables.
    pub unknown: Vec<String>,
    /// The others, and how large they are.
    pub tables: Vec<Sized>,
    /// Of each statement, where it is more than a change of the catalog.
    pub statements: Vec<Option<Range>>,
    /// When the host was measured.
    pub calibrated: Option<String>,
}

/// A table that the estimate rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sized {
    /// Its name.
    pub relation: String,
    /// How large it is.
    #[serde(flatten)]
    pub size: Size,
}

/// What others wait for during one statement.
struct Wait<'a> {
    mode: Mode,
    relation: &'a str,
}

/// The estimate for statements with these impacts, on relations of these sizes.
pub fn estimate(impacts: &[Impact], transactional: bool, sizes: &Sizes, calibration: Option<&Calibration>) -> Estimate {
    let mut estimate = Estimate { calibrated: calibration.map(|it| it.measured.clone()), ..Estimate::default() };
    estimate.know(impacts, sizes);
    let of = |relation: &str| sizes.of(&sql::parts(relation)).cloned();
    let supposed = |relation: &str| of(relation).or_else(|| Some(cost::million()));
    let (mut total, mut blocking, mut million) = (Range::default(), Range::default(), Range::default());
    let mut waits: Vec<Wait<'_>> = Vec::new();
    for impact in impacts {
        if !transactional {
            waits.clear();
        }
        waits.extend(waits_of(impact));
        let is_work = impact.work > Work::Catalog;
        let priced = cost(impact, &of, calibration);
        let Cost { seconds, wal, disk } = priced.or_else(|| cost(impact, &supposed, calibration)).unwrap_or_default();
        if priced.is_none() {
            million = million.plus(seconds);
        } else {
            total = total.plus(seconds);
            (estimate.wal, estimate.disk) = (estimate.wal + wal, estimate.disk + disk);
        }
        if !waits.is_empty() {
            if priced.is_some() {
                blocking = blocking.plus(seconds);
            }
            if is_work {
                estimate.hold_up(&waits);
            }
        }
        estimate.statements.push(priced.filter(|_| is_work).map(|it| it.seconds));
    }
    if million.high > 0.0 {
        estimate.per_million = Some(million);
    } else {
        (estimate.total, estimate.blocking) = (Some(total), Some(blocking));
    }
    estimate
}

/// The locks of a statement that keep others from reading or writing.
fn waits_of(impact: &Impact) -> impl Iterator<Item = Wait<'_>> {
    let strong = impact.felt().filter(|it| it.mode >= Mode::Share);
    strong.map(|it| Wait { mode: it.mode, relation: &it.relation })
}

impl Estimate {
    /// The sizes of all tables that are worked on.
    fn know(&mut self, impacts: &[Impact], sizes: &Sizes) {
        for impact in impacts.iter().filter(|it| it.work > Work::Catalog) {
            let mut tables = impact.tables();
            if tables.is_empty() {
                tables = impact.locks.iter().map(|it| it.relation.as_str()).collect();
            }
            for table in tables.into_iter().filter(|it| !it.is_empty()) {
                let is_known = self.tables.iter().any(|it| it.relation == table) || self.unknown.iter().any(|it| it == table);
                match sizes.of(&sql::parts(table)) {
                    _ if is_known => {}
                    Some(size) => self.tables.push(Sized { relation: table.to_owned(), size: size.clone() }),
                    None => self.unknown.push(table.to_owned()),
                }
            }
        }
        self.tables.sort_by(|a, b| (b.size.bytes, &a.relation).cmp(&(a.size.bytes, &b.relation)));
        self.unknown.sort();
    }

    fn hold_up(&mut self, waits: &[Wait<'_>]) {
        self.mode = self.mode.max(waits.iter().map(|it| it.mode).max());
        self.blocks = self.mode.and_then(Mode::blocks);
        for wait in waits {
            if !self.blocked.iter().any(|it| it == wait.relation) {
                self.blocked.push(wait.relation.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests;
