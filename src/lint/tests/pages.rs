//! The examples of the pages are true, and docs/rules.md holds the pages.

use super::*;

/// The examples under a heading: one file each.
fn examples(page: &str, heading: &str) -> Vec<String> {
    let Some((_, rest)) = page.split_once(&format!("\n{heading}:\n")) else { return Vec::new() };
    let rest = rest.split("\nSafe:\n").next().unwrap_or_default();
    let blocks = rest.split("```sql\n").skip(1);
    blocks.map(|it| it.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn unsafe_examples_are_found_and_safe_ones_are_not() {
    let mut failures = Vec::new();
    for rule in RULES {
        let version = if rule.page.contains("example is for PostgreSQL 14") { 14 } else { rule.until.unwrap_or(NEWEST) };
        let (bad, good) = (examples(rule.page, "Unsafe"), examples(rule.page, "Safe"));
        assert!(!bad.is_empty() && !good.is_empty(), "{} has no examples", rule.name);
        let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
        if places(rule.name, &bad, version).is_empty() {
            failures.push(format!("{}: the unsafe example is not found", rule.name));
        }
        let good: Vec<&str> = good.iter().map(String::as_str).collect();
        for end in 1..=good.len() {
            let found = found(&good[..end], version).findings;
            let own = found.iter().filter(|it| [rule.name, "syntax-error", "bad-allow"].contains(&it.rule));
            failures.extend(own.map(|it| format!("{}: example {end} is not safe: {} {:?}", rule.name, it.message, it.place)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn pages_give_a_reason_and_fit_their_rule() {
    for rule in RULES {
        let reason = rule.page.split("\nUnsafe:").next().unwrap_or_default();
        assert!(reason.len() > 60, "{}", rule.name);
        assert!(rule.summary.ends_with('.') && rule.severity != Level::Off, "{}", rule.name);
        assert!(rule.name.chars().all(|it| it.is_ascii_lowercase() || it == '-'), "{}", rule.name);
    }
    let names: BTreeSet<&str> = RULES.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), RULES.len());
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lint/pages")).unwrap();
    assert_eq!(pages.count(), RULES.len(), "a page belongs to no rule");
}

/// `UPDATE_DOCS=1 cargo test --lib rules_md` writes it.
#[test]
fn rules_md_holds_the_pages() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    let mut text = "# Rules of `schemagen lint`\n\nMade from the pages in `src/lint/pages` by `UPDATE_DOCS=1 cargo test --lib rules_md`; `schemagen explain RULE` \
                    prints the same.\n\n| rule | level | about |\n|---|---|---|\n"
        .to_owned();
    for rule in RULES {
        text.push_str(&format!("| [{0}](#{0}) | {1} | {2} |\n", rule.name, rule.level.word(), rule.summary));
    }
    for rule in RULES {
        text.push_str(&format!("\n{}", rule.text()));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap_or_default() == text,
        "docs/rules.md is old: UPDATE_DOCS=1 cargo test --lib rules_md"
    );
}
