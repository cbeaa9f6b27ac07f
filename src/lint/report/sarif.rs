//! Findings as SARIF 2.1.0, which code scanning services read.

use serde_json::{Value, json};

use crate::lint::{Finding, Level, RULES, Report, Rule};

/// The whole log: one run.
pub fn log(report: &Report) -> Value {
    let found = report.findings.iter().map(result);
    let allowed = report.allowed.iter().map(|it| {
        let mut result = result(&it.finding);
        result["suppressions"] = json!([{ "kind": "inSource", "justification": it.reason }]);
        result
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "schemagen",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(descriptor).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": found.chain(allowed).collect::<Vec<_>>(),
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.text(), "markdown": rule.text() },
        "defaultConfiguration": { "enabled": rule.level != Level::Off, "level": level(rule.severity) },
    })
}

fn result(finding: &Finding) -> Value {
    let Finding { rule, level, place, message, help } = finding;
    let help = help.as_ref().map(|it| format!("; {it}")).unwrap_or_default();
    json!({
        "ruleId": rule,
        "ruleIndex": RULES.iter().position(|it| it.name == *rule),
        "level": self::level(*level),
        "message": { "text": format!("{message}{help}") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file) },
            "region": { "startLine": place.line, "startColumn": place.column, "snippet": { "text": place.text } },
        } }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
        Level::Off => "none",
    }
}

/// A path as a URI reference: relative ones stay relative.
fn uri(path: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~/".contains(&it);
    let encoded: String =
        path.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect();
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("a b/ü.sql"), "a%20b/%C3%BC.sql");
        assert_eq!(uri("/a/b.sql"), "file:///a/b.sql");
    }
}
