//! One rule.

use serde::{Deserialize, Serialize};

use super::scene::Scene;
use super::{Hit, Role};

/// How much a finding counts, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not asked.
    Off,
    /// Good to know.
    Info,
    /// It can hurt.
    Warning,
    /// It blocks clients for as long as it works, breaks the running application, or fails.
    Error,
}

impl Level {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// Something to look for.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// As it is written in hints and in the policy.
    pub name: &'static str,
    /// How much a finding counts unless the policy says otherwise.
    pub level: Level,
    /// How much it counts when the policy turns it on, for one that is off by itself.
    pub severity: Level,
    /// What it is about, in a line.
    pub summary: &'static str,
    /// The first major version it is about.
    pub since: Option<u32>,
    /// The last major version it is about.
    pub until: Option<u32>,
    /// Whether going back, which is what a rollback is for, is no reason to say it.
    pub forward_only: bool,
    /// The reason, and an unsafe and a safe example, in Markdown.
    pub page: &'static str,
    pub(super) check: Check,
}

/// What a rule has against the statement of a scene.
pub(super) type Check = fn(&Scene<'_>) -> Vec<Hit>;

impl Rule {
    pub(super) const fn new(
        name: &'static str,
        severity: Level,
        summary: &'static str,
        page: &'static str,
        check: Check,
    ) -> Rule {
        Rule { name, level: severity, severity, summary, since: None, until: None, forward_only: false, page, check }
    }

    /// The same rule, asked only where the policy says so.
    pub(super) const fn off(self) -> Rule {
        Rule { level: Level::Off, ..self }
    }

    pub(super) const fn since(self, major: u32) -> Rule {
        Rule { since: Some(major), ..self }
    }

    pub(super) const fn until(self, major: u32) -> Rule {
        Rule { until: Some(major), ..self }
    }

    pub(super) const fn forward_only(self) -> Rule {
        Rule { forward_only: true, ..self }
    }

    /// Whether it has to do with a server of that version and a file of that role.
    pub(super) fn applies(&self, version: u32, role: Role) -> bool {
        let in_time = self.since.is_none_or(|it| version >= it) && self.until.is_none_or(|it| version <= it);
        in_time && !(self.forward_only && role == Role::Rollback)
    }

    /// Its page, as `schemagen explain` prints it and as it stands in docs/rules.md.
    pub fn text(&self) -> String {
        let mut facts = vec![match self.level {
            Level::Off => format!("{}, off unless the policy turns it on", self.severity.word()),
            level => level.word().to_owned(),
        }];
        facts.extend(self.since.map(|it| format!("since PostgreSQL {it}")));
        facts.extend(self.until.map(|it| format!("up to PostgreSQL {it}")));
        if self.forward_only {
            facts.push("not in rollbacks".to_owned());
        }
        format!("## {}\n\n{} ({})\n\n{}", self.name, self.summary, facts.join("; "), self.page)
    }
}
