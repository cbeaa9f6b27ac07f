//! `schemagen explain`: the page of a rule, or a list of all.

use serde::Serialize;

use crate::cli::{self, Format};
use crate::config::{Settings, nearest};
use crate::error::{Error, Exit, Result};
use crate::lint::{Level, RULES, Rule, rule};

/// A rule for programs.
#[derive(Debug, Serialize)]
struct Item {
    name: &'static str,
    level: Level,
    severity: Level,
    since: Option<u32>,
    until: Option<u32>,
    summary: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

/// Runs it.
pub fn run(settings: &Settings, options: &cli::Explain) -> Result<()> {
    let console = settings.console;
    let Some(name) = &options.rule else {
        match console.format {
            Format::Json => console.json(&RULES.iter().map(|it| item(it, None)).collect::<Vec<_>>())?,
            Format::Text => RULES.iter().for_each(|it| console.result(&line(it))),
        }
        return Ok(());
    };
    let rule = rule(name).ok_or_else(|| unknown(name))?;
    match console.format {
        Format::Json => console.json(&item(rule, Some(rule.text()))),
        Format::Text => {
            console.result(rule.text().trim_start_matches("## ").trim_end());
            Ok(())
        }
    }
}

fn item(rule: &Rule, page: Option<String>) -> Item {
    let Rule { name, level, severity, since, until, summary, .. } = *rule;
    Item { name, level, severity, since, until, summary, page }
}

fn line(rule: &Rule) -> String {
    format!("{:<8} {:<36} {}", rule.level.word(), rule.name, rule.summary)
}

fn unknown(name: &str) -> Error {
    let error = Error::new(format!("there is no rule called {name:?}")).exit(Exit::Usage);
    match nearest(name, RULES.iter().map(|it| it.name)) {
        Some(it) => error.help(format!("did you mean {it}?")),
        None => error.help("schemagen explain lists the rules"),
    }
}
