//! An estimate in words.

use super::{Estimate, Range};
use crate::amount::{bytes, count};
use crate::sizes::Size;

/// How many tables are named before the rest is counted.
const NAMED: usize = 3;

impl Estimate {
    /// In one line: `35 to 140 s, blocking reads and writes for 35 to 140 s`.
    pub fn line(&self) -> String {
        let Some(total) = self.total else { return self.unknown_line() };
        if total.high < 1.0 {
            return "under a second".to_owned();
        }
        format!("{total}{}", self.blocking_words())
    }

    /// `, blocking writes for 2 to 9 s`
    fn blocking_words(&self) -> String {
        match (self.blocks, self.blocking) {
            (Some(whom), time) if time.is_some() && time == self.total => format!(", blocking {whom} throughout"),
            (Some(whom), Some(time)) if time.high >= 1.0 => format!(", blocking {whom} for {time}"),
            _ => ", blocking for less than a second".to_owned(),
        }
    }

    fn unknown_line(&self) -> String {
        let on = match self.unknown.len() {
            0 => "what its queries read".to_owned(),
            1..=NAMED => format!("the size of {}", self.unknown.join(", ")),
            many => format!("the size of {many} relations"),
        };
        let rate = self.per_million.filter(|_| !self.unknown.is_empty());
        let rate = rate.map_or(String::new(), |it| format!(": {it} per million rows"));
        let blocks = self.blocks.map_or(String::new(), |it| format!(", blocking {it}"));
        format!("unknown, depends on {on}{rate}{blocks}")
    }

    /// What it rests on, and what it writes: sentences for the log. None where there is nothing to estimate.
    pub fn basis(&self) -> Option<String> {
        if self.tables.is_empty() {
            return None;
        }
        let named: Vec<String> =
            self.tables.iter().take(NAMED).map(|it| format!("`{}` ({})", it.relation, size(&it.size))).collect();
        let more = if self.tables.len() > NAMED { format!(" and {} more", self.tables.len() - NAMED) } else { String::new() };
        let host = match &self.calibrated {
            Some(day) => format!("on a host measured on {day}"),
            None => "on a host that is not measured (`schemagen calibrate`), so the range is wide".to_owned(),
        };
        let writes = if self.wal >= 1_000_000 {
            format!("; it writes up to {} of WAL and needs {} of free disk", bytes(self.wal), bytes(self.disk))
        } else {
            String::new()
        };
        Some(format!("The estimate rests on {}{more}, {host}{writes}.", named.join(", ")))
    }
}

/// `22.7 M rows, 3.2 GB, indexes 1.1 GB, analyzed 2026-11-20`
fn size(size: &Size) -> String {
    let rows = size.rows.map_or("rows not counted".to_owned(), |it| format!("{} rows", count(it)));
    let indexes = if size.indexes > 0 { format!(", indexes {}", bytes(size.indexes)) } else { String::new() };
    let analyzed = match size.analyzed.as_deref().and_then(|it| it.get(..10)) {
        Some(day) => format!("analyzed {day}"),
        None => "never analyzed".to_owned(),
    };
    format!("{rows}, {}{indexes}, {analyzed}", bytes(size.bytes + size.toast))
}

impl std::fmt::Display for Range {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.high < 1.0 {
            return out.write_str("under a second");
        }
        // Outwards, so that what is shown is no narrower than what is meant.
        let (low, low_unit) = shown(self.low, f64::floor);
        let (high, high_unit) = shown(self.high, f64::ceil);
        if low == "0" {
            return write!(out, "up to {high} {high_unit}");
        }
        if low_unit == high_unit {
            write!(out, "{low} to {high} {high_unit}")
        } else {
            write!(out, "{low} {low_unit} to {high} {high_unit}")
        }
    }
}

/// Seconds in the unit that fits, with two digits.
fn shown(seconds: f64, round: fn(f64) -> f64) -> (String, &'static str) {
    let (value, unit) = match seconds {
        it if it < 150.0 => (it, "s"),
        it if it < 9000.0 => (it / 60.0, "min"),
        it => (it / 3600.0, "h"),
    };
    let text = if value < 9.95 { format!("{:.1}", round(value * 10.0) / 10.0) } else { format!("{:.0}", round(value)) };
    (text.trim_end_matches(".0").to_owned(), unit)
}
