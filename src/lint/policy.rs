//! How much each rule counts: `[policy]` in schemagen.toml over what the rules say themselves.

use std::collections::BTreeMap;

use super::{Level, Rule};
use crate::config::matches;

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The least level that makes a run fail; [`Level::Off`] for none.
    pub fail_on: Level,
    /// Rules that count otherwise than they say themselves.
    pub rules: BTreeMap<&'static str, Setting>,
}

/// What the policy says about one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// How much it counts.
    pub level: Level,
    /// The only files it is said about, as patterns of their paths; all when there are none.
    pub paths: Vec<String>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { fail_on: Level::Error, rules: BTreeMap::new() }
    }
}

impl Policy {
    /// How much a rule counts in a file.
    pub fn level(&self, rule: &Rule, file: &str) -> Level {
        let file = file.strip_prefix("./").unwrap_or(file);
        let covers = |it: &&Setting| it.paths.is_empty() || it.paths.iter().any(|it| matches(it, file));
        self.rules.get(rule.name).filter(covers).map_or(rule.level, |it| it.level)
    }
}
