//! `[policy]`: the greatest risk that may be written, and how much each rule of the linter counts.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer, value::StrDeserializer};
use toml::Spanned;

use super::file::{nearest, place};
use crate::error::{Error, Result};
use crate::lint::{self, Level, RULES};
use crate::render::Risk;

/// The section as it stands.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Section {
    fail_on: Option<FailOn>,
    pub(super) max_risk: Option<Risk>,
    rules: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

/// `"warning"`, or a table when it is about some files only.
#[derive(Debug)]
struct Entry {
    level: Level,
    paths: Vec<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    level: Level,
    #[serde(default)]
    paths: Vec<String>,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Entry, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// Reads either form, so that an error names what is wrong in that form.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Entry;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a level such as \"warning\", or { level = \"warning\", paths = [\"…\"] }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Entry, E> {
        let level = Level::deserialize(StrDeserializer::new(text))?;
        Ok(Entry { level, paths: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Entry, A::Error> {
        let Long { level, paths } = Long::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Entry { level, paths })
    }
}

/// Checks the section of a file: the rules must exist.
pub(super) fn check(name: &str, text: &str, section: Section) -> Result<lint::Policy> {
    let mut policy = lint::Policy::default();
    if let Some(it) = section.fail_on {
        policy.fail_on = match it {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
            FailOn::Info => Level::Info,
            FailOn::Never => Level::Off,
        };
    }
    for (key, Entry { level, paths }) in section.rules {
        let Some(rule) = lint::rule(key.get_ref()) else {
            let error = Error::new(format!("{name}: [policy.rules]: there is no rule called {}", key.get_ref()));
            let help = match nearest(key.get_ref(), RULES.iter().map(|it| it.name)) {
                Some(it) => format!("did you mean {it}?"),
                None => "schemagen explain lists the rules".to_owned(),
            };
            return Err(error.at(place(name, text, key.span().start)).help(help));
        };
        policy.rules.insert(rule.name, lint::Setting { level, paths });
    }
    Ok(policy)
}
