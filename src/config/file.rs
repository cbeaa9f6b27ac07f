//! The text of `schemagen.toml`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::policy;
use crate::cli::Strategy;
use crate::error::{Error, Place, Result};
use crate::health::Limits;
use crate::lint;
use crate::render::Risk;

/// The file as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) schema: Option<PathBuf>,
    pub(super) migrations: Option<PathBuf>,
    pub(super) schemas: Option<Vec<String>>,
    pub(super) strategy: Option<Strategy>,
    pub(super) database_url: Option<String>,
    pub(super) shadow: Shadow,
    pub(super) history: History,
    pub(super) ignore: Ignore,
    pub(super) online: Online,
    pub(super) proof: Proof,
    pub(super) health: Limits,
    policy: policy::Section,
    /// What `policy` comes to.
    #[serde(skip)]
    pub(super) rules: lint::Policy,
    #[serde(skip)]
    pub(super) max_risk: Option<Risk>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shadow {
    pub(super) url: Option<String>,
    pub(super) bin_dir: Option<PathBuf>,
    pub(super) cache: Option<PathBuf>,
    pub(super) mirror: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct History {
    pub(super) table: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Ignore {
    pub(super) objects: Vec<String>,
    pub(super) owners: bool,
    pub(super) grants: bool,
    pub(super) comments: bool,
    pub(super) schemas: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Online {
    pub(super) enabled: Option<bool>,
    pub(super) large_rows: Option<u64>,
    pub(super) large_bytes: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Proof {
    pub(super) sample: Option<u32>,
}

/// Reads the file; it may be absent unless it was `named`. Folders in it are relative to its own.
pub(super) fn read(path: &Path, named: bool) -> Result<File> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return Ok(File::default()),
        Err(error) => return Err(Error::from(error).within(format!("cannot read {}", path.display()))),
    };
    let mut file = parse(&path.display().to_string(), &text)?;
    let base = path.parent().unwrap_or(Path::new(""));
    for it in [&mut file.schema, &mut file.migrations, &mut file.shadow.bin_dir, &mut file.shadow.cache].into_iter().flatten() {
        *it = base.join(&*it);
    }
    Ok(file)
}

pub(super) fn parse(name: &str, text: &str) -> Result<File> {
    let mut file: File = toml::from_str(text).map_err(|error| {
        let message = error.message();
        let mut result = Error::new(format!("{name}: {}", message.lines().next().unwrap_or("cannot be read")));
        if let Some(span) = error.span() {
            result = result.at(place(name, text, span.start));
        }
        match suggestion(message) {
            Some(help) => result.help(help),
            None => result,
        }
    })?;
    file.max_risk = file.policy.max_risk;
    file.rules = policy::check(name, text, std::mem::take(&mut file.policy))?;
    Ok(file)
}

/// The key or value that an unknown one was meant to be, read from serde's "unknown field `a`, expected one of `b`, `c`".
fn suggestion(message: &str) -> Option<String> {
    static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("`([^`]*)`").ok());
    let what = ["field", "variant"].into_iter().find(|it| message.starts_with(&format!("unknown {it}")))?;
    let names: Vec<&str> = QUOTED.as_ref()?.captures_iter(message).filter_map(|it| it.get(1)).map(|it| it.as_str()).collect();
    let (unknown, known) = names.split_first()?;
    Some(match nearest(unknown, known.iter().copied()) {
        Some(it) => format!("did you mean {it}?"),
        None if what == "variant" => format!("the values here are {}", known.join(", ")),
        None => format!("the keys here are {}", known.join(", ")),
    })
}

/// The most similar of some words, when one is similar at all.
pub(crate) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = words.into_iter().map(|it| (strsim::jaro_winkler(word, it), it));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|it| it.0 > 0.8).map(|it| it.1)
}

/// The line and column of a byte in a file's text. Never shows a line that may hold a password.
pub(super) fn place(file: &str, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let line = text.get(start..).and_then(|it| it.lines().next()).unwrap_or_default();
    let shown = if line.contains("url") { line.split('=').next().unwrap_or_default().trim_end() } else { line };
    let column = (before[start..].chars().count() + 1).min(shown.chars().count() + 1);
    Place { file: file.to_owned(), line: before.matches('\n').count() + 1, column, text: shown.to_owned() }
}
