//! What changed since a report that was kept.

use std::collections::BTreeSet;

use super::{Level, Limits, Outcome, Report, Verdict, percent, queries, whole};
use crate::amount::{bytes, counted};

/// Temporary files below this are usual.
const TEMPORARY: f64 = 1e9;

/// What is worse than in `before`: as further probes of `now`.
pub fn compare(before: &Report, now: &Report, limits: &Limits) -> Vec<Outcome> {
    let outcome = |probe: &str, verdict| Outcome { probe: probe.to_owned(), verdict, unknown: None };
    let mut outcomes = vec![outcome("since", since(before, now))];
    match (&before.queries, &now.queries) {
        (Some(old), Some(new)) => outcomes.push(outcome("queries", queries::compare(old, new, limits))),
        _ => outcomes.push(Outcome {
            unknown: Some("pg_stat_statements is not there to ask, or was not".to_owned()),
            ..outcome("queries", Verdict::default())
        }),
    }
    outcomes
}

fn since(before: &Report, now: &Report) -> Verdict {
    let (old, new) = (subjects(before), subjects(now));
    let (fresh, gone) = (new.difference(&old).count(), old.difference(&new).count());
    let fresh = counted(fresh, "new finding", "new findings");
    let mut verdict = Verdict::new(format!("{fresh}, {gone} gone since {}", before.measured_at));
    let grown =
        |name: &str| figure(now, name).zip(figure(before, name)).map(|(now, before)| now - before).filter(|it| *it >= 0.0);
    if let Some(number) = grown("deadlocks").filter(|it| *it >= 1.0) {
        verdict.found(Level::Warning, "deadlocks", format!("{number} since then"), "the server's log names the statements");
    }
    if let Some(number) = grown("temporary_bytes").filter(|it| *it >= TEMPORARY) {
        let message = format!("{} written to temporary files since then", bytes(whole(number)));
        verdict.found(Level::Info, "temporary files", message, "sorts and hashes do not fit into work_mem");
    }
    if let (Some(hit), Some(read)) = (grown("blocks_hit"), grown("blocks_read")) {
        verdict = verdict.figure("cache_hit_percent_since", percent(hit, hit + read));
    }
    if let (Some(commits), Some(rollbacks)) = (grown("commits"), grown("rollbacks")) {
        let share = percent(rollbacks, commits + rollbacks);
        verdict = verdict.figure("rollback_percent_since", share);
        let was =
            figure(before, "rollbacks").zip(figure(before, "commits")).map_or(0.0, |(it, commits)| percent(it, it + commits));
        if rollbacks >= 50.0 && share >= 2.0 * was + 1.0 {
            let message = format!("{share:.1} % of the transactions since then were rolled back, {was:.1} % before");
            verdict.found(Level::Warning, "rollbacks", message, "the application meets errors: see its log and the server's");
        }
    }
    verdict
}

/// What something was found about, by probe.
fn subjects(report: &Report) -> BTreeSet<(&str, &str)> {
    report.findings().map(|(probe, it)| (probe, it.subject.as_str())).collect()
}

fn figure(report: &Report, name: &str) -> Option<f64> {
    report.probes.iter().find_map(|it| it.verdict.figures.get(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::FORMAT;
    use crate::health::queries::Query;

    fn report(figures: &[(&str, f64)], queries: &[(&str, f64, f64)]) -> Report {
        let figures = figures.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let verdict = Verdict { figures, ..Verdict::default() };
        let query = |(id, calls, milliseconds): &(&str, f64, f64)| Query {
            id: (*id).to_owned(),
            text: String::new(),
            calls: *calls,
            milliseconds: *milliseconds,
        };
        Report {
            format: FORMAT,
            database: String::new(),
            measured_at: String::new(),
            probes: vec![Outcome { probe: "activity".into(), verdict, unknown: None }],
            ignored: 0,
            queries: Some(queries.iter().map(query).collect()),
        }
    }

    #[test]
    fn a_query_is_compared_by_its_runs_since() {
        let before = report(&[], &[("slower", 1000.0, 1000.0), ("same", 1000.0, 1000.0), ("rare", 1000.0, 1.0)]);
        let now =
            report(&[], &[("slower", 1100.0, 1300.0), ("same", 2000.0, 2100.0), ("rare", 1001.0, 999.0), ("new", 80.0, 80.0)]);
        let outcomes = compare(&before, &now, &Limits::default());
        let found: Vec<(&str, Level)> = outcomes[1].verdict.findings.iter().map(|it| (it.subject.as_str(), it.level)).collect();
        assert_eq!(found, [("query slower", Level::Warning), ("query new", Level::Info)]);
        assert_eq!(outcomes[1].verdict.summary, "2 queries ran often enough to compare, 1 slower");
    }

    #[test]
    fn statistics_that_began_anew_are_not_compared() {
        let before = report(&[("deadlocks", 7.0)], &[("a", 1000.0, 1000.0)]);
        let now = report(&[("deadlocks", 3.0)], &[("a", 60.0, 6000.0)]);
        assert!(compare(&before, &now, &Limits::default()).iter().all(|it| it.verdict.findings.is_empty()));
        let now = report(&[("deadlocks", 9.0)], &[]);
        assert_eq!(compare(&before, &now, &Limits::default())[0].verdict.findings[0].message, "2 since then");
    }
}
