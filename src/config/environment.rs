//! The environment, with `.env` behind it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Variables of the process and, where it has none of that name, of the nearest `.env`.
#[derive(Clone, Default)]
pub struct Environment {
    process: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    path: Option<PathBuf>,
}

/// Values are secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Environment").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Environment {
    /// Reads both. `.env` is looked for from `directory` upward, up to the root of the git repository; outside of one only in
    /// the folder itself, as folders above may be someone else's.
    pub fn read(directory: &Path) -> Result<Environment> {
        let process = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let mut environment = Environment { process: process.collect(), ..Environment::default() };
        let directory = std::path::absolute(directory)?;
        let folders: Vec<&Path> = directory.ancestors().collect();
        let above = folders.iter().position(|it| it.join(".git").exists()).unwrap_or(0);
        let Some(path) = folders[..=above].iter().map(|it| it.join(".env")).find(|it| it.is_file()) else {
            return Ok(environment);
        };
        let bytes = std::fs::read(&path).map_err(|it| Error::from(it).within(format!("cannot read {}", path.display())))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // A line that dotenvy cannot read is another program's affair; its text may be a secret, so it is not printed either.
        for (name, value) in
            dotenvy::from_read_iter(text.trim_start_matches('\u{feff}').as_bytes()).filter_map(std::result::Result::ok)
        {
            environment.file.entry(name).or_insert(value);
        }
        environment.path = Some(path);
        Ok(environment)
    }

    /// A value, unless it is empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.find(name).map(|(value, _)| value).filter(|it| !it.is_empty())
    }

    /// A value, even an empty one, and where it is from in words that follow its name: nothing or ` in .env`.
    pub fn find(&self, name: &str) -> Option<(&str, &'static str)> {
        let process = self.process.get(name).map(|it| (it.as_str(), ""));
        process.or_else(|| self.file.get(name).map(|it| (it.as_str(), " in .env")))
    }

    /// Whether the process itself has the variable: sqlx reads some without being asked.
    pub fn is_inherited(&self, name: &str) -> bool {
        self.process.contains_key(name)
    }

    /// These variables and no others.
    #[cfg(test)]
    pub fn of(variables: &[(&str, &str)]) -> Environment {
        let process = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment { process, ..Environment::default() }
    }
}
