//! What was found, and the forms in which it is told.

use std::fmt::Write;

use serde::Serialize;

use super::{Allowed, Finding, Level};

pub mod github;
pub mod sarif;

/// The result of looking at files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of the files and of their lines.
    pub findings: Vec<Finding>,
    /// What the files allow themselves, with their reasons.
    pub allowed: Vec<Allowed>,
    /// How many files were looked at.
    pub files: usize,
}

impl Report {
    /// Adds what was found in one more file.
    pub(super) fn take(&mut self, other: Report) {
        self.findings.extend(other.findings);
        self.allowed.extend(other.allowed);
    }

    /// How many findings are at or above a level.
    pub fn count_from(&self, level: Level) -> usize {
        self.findings.iter().filter(|it| level != Level::Off && it.level >= level).count()
    }

    /// How many findings are of a level.
    fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|it| it.level == level).count()
    }

    /// `2 errors and 1 warning in 3 files, 1 allowed`
    pub fn summary(&self) -> String {
        let number = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "note")];
        let counts = levels.iter().map(|it| (self.count(it.0), it.1)).filter(|it| it.0 > 0);
        let mut parts: Vec<String> = counts.map(|(count, word)| number(count, word)).collect();
        let last = parts.pop().unwrap_or_else(|| "nothing found".to_owned());
        let found = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
        let allowed = if self.allowed.is_empty() { String::new() } else { format!(", {} allowed", self.allowed.len()) };
        format!("{found} in {}{allowed}", number(self.files, "file"))
    }

    /// For people: every finding with its line, and a summary.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let Finding { rule, level, place, message, help } = finding;
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            let caret = " ".repeat(place.column.saturating_sub(1));
            let line = place.text.replace('\t', " ");
            let _ = writeln!(text, "{}[{rule}]: {message}", level.word());
            let _ = writeln!(text, "{margin}--> {}:{}:{}", place.file, place.line, place.column);
            let _ = writeln!(text, "{margin} |\n{number} | {line}\n{margin} | {caret}^");
            if let Some(help) = help {
                let _ = writeln!(text, "{margin} = help: {help}");
            }
            text.push('\n');
        }
        text.push_str(&self.summary());
        if !self.findings.is_empty() {
            text.push_str("; schemagen explain RULE says why");
        }
        text
    }
}
