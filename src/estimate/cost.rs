//! What the work of one statement costs.

use super::{Calibration, Range};
use crate::impact::{Build, Impact};
use crate::lock::{Mode, Work};
use crate::shape::Words;
use crate::sizes::Size;

/// Bytes a second that a disk reads and writes where nothing is cached, at the slow end.
const READS: f64 = 200e6;
const WRITES: f64 = 100e6;

/// What a change of the catalog takes.
const CATALOG: Range = Range { low: 0.001, high: 0.02 };

/// Seconds a row on the host on which they were measured, least and most.
const SCAN: Range = Range { low: 0.08e-6, high: 0.12e-6 };
const JOIN: Range = Range { low: 0.2e-6, high: 0.7e-6 };
const WRITE: Range = Range { low: 1.0e-6, high: 2.9e-6 };
const QUERY: Range = Range { low: 0.3e-6, high: 2.0e-6 };
const UPDATE: Range = Range { low: 12e-6, high: 105e-6 };

/// The time, the log and the space that a statement needs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) seconds: Range,
    pub(super) wal: u64,
    pub(super) disk: u64,
}

/// How much slower than the reference a host may be: for reading, building, and writing.
struct Speed {
    scan: Range,
    build: Range,
    rewrite: Range,
}

impl Speed {
    fn of(calibration: Option<&Calibration>) -> Speed {
        let around = |ratio: f64| Range { low: ratio * 0.5, high: ratio * 2.5 };
        match calibration {
            Some(it) => Speed { scan: around(it.scan), build: around(it.build), rewrite: around(it.rewrite) },
            None => {
                let any = Range { low: 0.5, high: 4.0 };
                Speed { scan: any, build: any, rewrite: any }
            }
        }
    }
}

/// A table of a million rows, for what is told per million.
pub(super) fn million() -> Size {
    Size { rows: Some(1_000_000), bytes: 141_000_000, ..Size::default() }
}

/// The cost of a statement, given sizes by name. Nothing where one is not known.
pub(super) fn cost(impact: &Impact, size: &dyn Fn(&str) -> Option<Size>, calibration: Option<&Calibration>) -> Option<Cost> {
    let speed = Speed::of(calibration);
    let mut cost = Cost { seconds: CATALOG, ..Cost::default() };
    if impact.work == Work::Catalog {
        return Some(cost);
    }
    if impact.tables().is_empty() && impact.work != Work::Query {
        return None;
    }
    for table in &impact.rewrites {
        cost.rewrite(&size(table)?, &speed);
    }
    for build in impact.rebuilds.iter().chain(&impact.builds) {
        let table = size(&build.table)?;
        // A new index is built by reading the table; in a rewrite that is in the cost of a row.
        if !impact.rewrites.contains(&build.table) {
            cost.read(&table, 1.0, &speed);
        }
        // A concurrent build reads the table once more, for what was written meanwhile.
        if Words::new(&impact.statement).contain("CONCURRENTLY") {
            cost.read(&table, 1.0, &speed);
        }
        cost.build(build, &table, size(&build.index).map(|it| it.bytes).filter(|it| *it > 0), &speed);
    }
    let is_built = |table: &str| impact.rebuilds.iter().chain(&impact.builds).any(|it| it.table == table);
    let read: Vec<_> =
        impact.scans.iter().filter(|it| !impact.rewrites.contains(&it.relation) && !is_built(&it.relation)).collect();
    for scan in &read {
        let table = size(&scan.relation)?;
        #[expect(clippy::cast_precision_loss, reason = "a few scans")]
        cost.read(&table, scan.times as f64, &speed);
        match impact.work {
            Work::Query => cost.store(&table, &speed),
            _ if writes(impact, &scan.relation) => cost.update(&table, &speed),
            _ if checks_key(impact, &scan.relation) => cost.add(rows(&table).by(JOIN).by(speed.scan)),
            _ => {}
        }
    }
    Some(cost)
}

/// Whether rows of the table are changed one by one: only such statements take ROW EXCLUSIVE, where they do not have more already.
fn writes(impact: &Impact, table: &str) -> bool {
    let mut words = Words::new(&impact.statement);
    if words.accept("UPDATE") || words.accept("DELETE FROM") {
        words.accept("ONLY");
        return words.path() == Some(table);
    }
    impact.locks.iter().any(|it| it.relation == table && it.mode == Mode::RowExclusive)
}

/// Whether the rows of the table are looked up in another: of all statements that read a table, only those that check a foreign
/// key take one of these locks on another table.
fn checks_key(impact: &Impact, table: &str) -> bool {
    impact.locks.iter().any(|it| it.relation != table && matches!(it.mode, Mode::RowShare | Mode::ShareRowExclusive))
}

/// The rows of a table, from the fewest to the most.
fn rows(table: &Size) -> Range {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    match table.rows {
        Some(rows) => Range { low: rows as f64, high: rows as f64 * 1.2 },
        None => Range { low: table.bytes as f64 / 500.0, high: table.rows_at_most() as f64 },
    }
}

impl Range {
    fn by(self, other: Range) -> Range {
        Range { low: self.low * other.low, high: self.high * other.high }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(bytes: u64) -> f64 {
    bytes as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate, and never negative")]
fn whole(bytes: f64) -> u64 {
    bytes.max(0.0) as u64
}

impl Cost {
    fn add(&mut self, seconds: Range) {
        self.seconds = self.seconds.plus(seconds);
    }

    fn read(&mut self, table: &Size, times: f64, speed: &Speed) {
        let cached = rows(table).by(SCAN).by(speed.scan);
        let high = cached.high.max(float(table.bytes) / READS);
        self.add(Range { high, ..cached }.times(times));
    }

    fn rewrite(&mut self, table: &Size, speed: &Speed) {
        let bytes = table.bytes + table.toast;
        let width = (float(table.bytes) / rows(table).low.max(1.0) / 141.0).clamp(0.5, 4.0);
        let by_width = Range { low: width.min(1.0), high: width.max(1.0) };
        self.add(rows(table).by(WRITE).by(by_width).by(speed.rewrite));
        self.seconds.high += float(bytes) / WRITES;
        self.wal += bytes;
        self.disk += bytes;
    }

    /// The build of one index; `now` is how large it is already.
    fn build(&mut self, build: &Build, table: &Size, now: Option<u64>, speed: &Speed) {
        let per_row = per_row(build);
        let bytes = now.unwrap_or_else(|| whole(rows(table).low * bytes_per_key(build)));
        let depth = Range { low: (rows(table).low + 2.0).log2() / 20.0, high: (rows(table).high + 2.0).log2() / 20.0 };
        self.add(rows(table).by(per_row).by(depth).by(speed.build));
        self.seconds.high += float(bytes) / WRITES;
        self.wal += bytes;
        self.disk += bytes;
    }

    /// What a query over the table stores: at most as much as is in it.
    fn store(&mut self, table: &Size, speed: &Speed) {
        self.add(rows(table).by(QUERY).by(speed.rewrite));
        self.seconds.high += float(table.bytes) / WRITES;
        self.wal += table.bytes;
        self.disk += table.bytes;
    }

    fn update(&mut self, table: &Size, speed: &Speed) {
        self.add(rows(table).by(UPDATE).by(speed.rewrite));
        self.wal += table.bytes * 3;
        self.disk += table.bytes + table.indexes;
    }
}

/// Seconds a row of building an index, at a million rows.
fn per_row(build: &Build) -> Range {
    match build.method.as_str() {
        "gin" => Range { low: 4e-6, high: 40e-6 },
        "gist" | "spgist" => Range { low: 15e-6, high: 60e-6 },
        "brin" => SCAN,
        // Of an index that is only told the keys are not known.
        "" => Range { low: 0.3e-6, high: 7.5e-6 },
        // What is sorted by a collation's rules costs three times what bytes cost.
        _ if build.keys.iter().any(|it| is_text(it)) => Range { low: 0.6e-6, high: 7.5e-6 },
        _ => Range { low: 0.3e-6, high: 1.0e-6 },
    }
}

fn is_text(of: &str) -> bool {
    ["text", "char", "citext", "name", "json"].iter().any(|it| of.contains(it))
}

/// Bytes that a row takes in an index.
fn bytes_per_key(build: &Build) -> f64 {
    let width = |of: &String| match of.as_str() {
        "smallint" | "integer" | "boolean" | "date" | "real" => 4.0,
        "uuid" => 16.0,
        it if is_text(it) => 32.0,
        _ => 8.0,
    };
    let keys: f64 = build.keys.iter().map(width).sum();
    (12.0 + (keys / 8.0).ceil().max(1.0) * 8.0) / 0.9
}
