//! Estimates of single statements on tables of given sizes.

use super::*;
use crate::impact::{Build, Lock, Scan};

fn lock(relation: &str, mode: Mode) -> Lock {
    Lock { relation: relation.to_owned(), mode, index_of: None, since: None }
}

fn scan(relation: &str, mode: Mode) -> Impact {
    let scans = vec![Scan { relation: relation.to_owned(), times: 1, rows: 100 }];
    Impact { work: Work::Scan, scans, locks: vec![lock(relation, mode)], ..Impact::default() }
}

fn build(table: &str) -> Impact {
    let index = "public.i".to_owned();
    let build = Build { index, table: table.to_owned(), method: "btree".to_owned(), keys: vec!["integer".to_owned()] };
    Impact { work: Work::Build, builds: vec![build], locks: vec![lock(table, Mode::Share)], ..Impact::default() }
}

fn catalog(relation: &str, mode: Mode) -> Impact {
    Impact { locks: vec![lock(relation, mode)], ..Impact::default() }
}

fn sizes(rows: u64) -> Sizes {
    let size = Size { rows: Some(rows), bytes: rows * 141, ..Size::default() };
    Sizes::given([(vec!["public".to_owned(), "t".to_owned()], size)])
}

fn calibration() -> Calibration {
    Calibration { scan: 1.0, build: 1.0, rewrite: 1.0, measured: "2026-01-01".to_owned(), server: String::new() }
}

#[test]
fn a_range_holds_what_was_measured_and_is_narrower_on_a_measured_host() {
    let impacts = [build("public.t")];
    let default = estimate(&impacts, true, &sizes(10_000_000), None).total.unwrap();
    let measured = estimate(&impacts, true, &sizes(10_000_000), Some(&calibration())).total.unwrap();
    assert!(default.low < 7.5 && default.high > 7.5, "{default:?}");
    assert!(measured.low < 7.5 && measured.high > 7.5, "{measured:?}");
    assert!(measured.high - measured.low < default.high - default.low);
}

#[test]
fn a_concurrent_build_reads_the_table_twice() {
    let low = |statement: &str| {
        let impact = Impact { statement: statement.to_owned(), ..build("public.t") };
        estimate(&[impact], false, &sizes(10_000_000), None).total.unwrap().low
    };
    assert!(low("CREATE INDEX CONCURRENTLY i ON t (a)") > low("CREATE INDEX i ON t (a)"));
}

#[test]
fn what_is_held_in_a_transaction_waits_for_all_that_follows() {
    let impacts = [catalog("public.u", Mode::AccessExclusive), scan("public.t", Mode::ShareUpdateExclusive)];
    let held = estimate(&impacts, true, &sizes(100_000_000), None);
    assert!(held.blocking.unwrap().high > 1.0);
    assert_eq!((held.blocks, held.blocked), (Some("reads and writes"), vec!["public.u".to_owned()]));
    let released = estimate(&impacts, false, &sizes(100_000_000), None);
    assert!(released.blocking.unwrap().high < 1.0 && released.total.unwrap().high > 1.0);
}

#[test]
fn without_sizes_it_says_what_it_depends_on() {
    let estimate = estimate(&[build("public.t")], true, &Sizes::unknown(), None);
    assert_eq!(estimate.total, None);
    let line = estimate.line();
    assert!(
        line.starts_with("unknown, depends on the size of public.t: ") && line.ends_with(" s per million rows, blocking writes"),
        "{line}"
    );
}

#[test]
fn a_foreign_key_costs_more_than_reading() {
    let check = scan("public.t", Mode::AccessExclusive);
    let mut key = scan("public.t", Mode::ShareRowExclusive);
    key.locks.push(lock("public.p", Mode::ShareRowExclusive));
    let high = |it: Impact| estimate(&[it], true, &sizes(10_000_000), None).total.unwrap().high;
    assert!(high(key) > 2.0 * high(check));
}

#[test]
fn a_small_table_takes_no_time_worth_telling() {
    let estimate = estimate(&[build("public.t"), scan("public.t", Mode::AccessExclusive)], true, &sizes(20_000), None);
    assert_eq!(estimate.line(), "under a second");
    assert_eq!(super::estimate(&[], true, &Sizes::unknown(), None).line(), "under a second");
}

#[test]
fn ranges_are_shown_in_the_unit_that_fits() {
    let shown = |low, high| Range { low, high }.to_string();
    assert_eq!(shown(0.11, 0.5), "under a second");
    assert_eq!(shown(0.04, 3.3), "up to 3.3 s");
    assert_eq!(shown(0.44, 2.01), "0.4 to 2.1 s");
    assert_eq!(shown(35.2, 140.1), "35 to 141 s");
    assert_eq!(shown(3.0, 600.0), "3 s to 10 min");
    assert_eq!(shown(600.0, 36_000.0), "10 min to 10 h");
}
