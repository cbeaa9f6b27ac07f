//! `-- schemagen: allow RULE reason`: directly above a statement, or in it, for that statement; in the comments at the top of a file,
//! with an empty line below, for all of it.

use std::ops::Range;

use super::text::Text;
use super::{Allowed, Finding, Hit, Level, Policy, RULES, Report, Rule, rules};
use crate::config::nearest;
use crate::source::place::Lines;

/// One such comment.
#[derive(Debug)]
struct Allow {
    rule: &'static str,
    reason: String,
    offset: usize,
    /// The statements it is about.
    covers: Range<usize>,
    used: bool,
}

/// What is found and what is allowed, with what is wrong with the comments that allow.
pub(super) fn sift(text: &Text, lines: &Lines<'_>, found: Vec<(usize, Finding)>, policy: &Policy) -> Report {
    let mut report = Report::default();
    let own = |rule: &Rule, hit: Hit| {
        let level = policy.level(rule, &text.name);
        let place = lines.place(hit.offset);
        (level != Level::Off).then_some(Finding { rule: rule.name, level, place, message: hit.message, help: hit.help })
    };
    report.findings.extend(text.wrong.iter().filter_map(|it| own(&rules::SYNTAX, it.clone())));
    let (mut allows, wrong) = read(text);
    report.findings.extend(wrong.into_iter().filter_map(|it| own(&rules::BAD_ALLOW, it)));
    for (number, finding) in found {
        let allow = allows.iter_mut().find(|it| it.rule == finding.rule && it.covers.contains(&number));
        match allow {
            Some(allow) => {
                allow.used = true;
                report.allowed.push(Allowed { finding, reason: allow.reason.clone() });
            }
            None => report.findings.push(finding),
        }
    }
    for allow in allows.iter().filter(|it| !it.used) {
        let whom =
            if allow.covers.is_empty() { "stands above no statement" } else { "allows nothing: the rule finds nothing here" };
        let hit = Hit::new(
            allow.offset,
            format!("this comment {whom}"),
            format!("remove it, or put it directly above what {} finds", allow.rule),
        );
        report.findings.extend(own(&rules::UNUSED_ALLOW, hit));
    }
    report.findings.sort_by_key(|it| (it.place.line, it.place.column));
    report
}

fn read(text: &Text) -> (Vec<Allow>, Vec<Hit>) {
    let (mut allows, mut wrong) = (Vec::new(), Vec::new());
    for comment in &text.comments {
        let said = text.text[comment.clone()].trim_start_matches('-').trim();
        let said = said.strip_prefix("schemagen:").map(str::trim_start).and_then(|it| it.strip_prefix("allow"));
        let Some(said) = said.filter(|it| it.is_empty() || it.starts_with(char::is_whitespace)) else { continue };
        let (name, reason) = said.trim().split_once(char::is_whitespace).unwrap_or((said.trim(), ""));
        let name = name.trim_end_matches(':');
        let reason = reason.trim_start_matches([':', '-', ' ']).trim();
        match RULES.iter().find(|it| it.name == name) {
            None => wrong.push(unknown(comment.start, name)),
            Some(_) if !reason.chars().any(char::is_alphanumeric) => {
                let help = format!("say why: -- schemagen: allow {name} the table has a hundred rows");
                wrong.push(Hit::new(comment.start, format!("{name} is allowed without a reason"), help));
            }
            Some(rule) => allows.push(Allow {
                rule: rule.name,
                reason: reason.to_owned(),
                offset: comment.start,
                covers: covered(text, comment),
                used: false,
            }),
        }
    }
    (allows, wrong)
}

fn unknown(offset: usize, name: &str) -> Hit {
    if name.is_empty() {
        return Hit::new(offset, "this comment allows no rule", "name the rule and a reason: -- schemagen: allow RULE reason");
    }
    let help = match nearest(name, RULES.iter().map(|it| it.name)) {
        Some(it) => format!("did you mean {it}?"),
        None => "schemagen explain lists the rules".to_owned(),
    };
    Hit::new(offset, format!("there is no rule called {name}"), help)
}

/// The statements that a comment is about.
fn covered(text: &Text, comment: &Range<usize>) -> Range<usize> {
    let all = &text.statements;
    let next = all.partition_point(|it| it.offset + it.sql.len() <= comment.start);
    let Some(statement) = all.get(next) else { return 0..0 };
    if statement.offset < comment.start || is_joined(&text.text[comment.end..statement.offset]) {
        return next..next + 1;
    }
    if next == 0 { 0..all.len() } else { 0..0 }
}

/// Whether no empty line stands in between.
fn is_joined(between: &str) -> bool {
    let mut lines: Vec<&str> = between.lines().skip(1).collect();
    if !between.ends_with('\n') {
        lines.pop();
    }
    lines.iter().all(|it| !it.trim().is_empty())
}
