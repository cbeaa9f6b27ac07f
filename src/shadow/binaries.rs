//! The programs of a PostgreSQL: those the user names, those on this machine, those downloaded.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::Cache;
use super::{Settings, Stop, download};
use crate::error::{Error, Result};

/// A folder with `postgres` and `initdb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    /// `15.19`
    pub(super) version: String,
}

/// Finds the programs, or fetches them.
pub(super) fn find(settings: &Settings, major: u32, cache: &Cache, stop: &Stop) -> Result<Binaries> {
    if let Some(folder) = std::env::var_os("SCHEMAGEN_PG_BIN_DIR").filter(|it| !it.is_empty()) {
        return named(Path::new(&folder), "SCHEMAGEN_PG_BIN_DIR");
    }
    if let Some(folder) = &settings.bin_dir {
        return named(folder, "[shadow] bin_dir");
    }
    let mut others = Vec::new();
    for folder in candidates(major) {
        match look(&folder) {
            Some(it) if major_of(&it.version) == Some(major) => return Ok(it),
            Some(it) => others.push(format!("PostgreSQL {} in {}", it.version, it.folder.display())),
            None => {}
        }
    }
    let folder = download::fetch(settings, major, cache, stop).map_err(|it| {
        others.sort();
        others.dedup();
        others.into_iter().fold(it, |error, other| error.note(format!("this machine has {other}: another major version")))
    })?;
    look(&folder).ok_or_else(|| unusable(&folder))
}

/// What a folder the user names must hold; the folder above `bin` is taken too.
fn named(folder: &Path, by: &str) -> Result<Binaries> {
    let found = [folder.to_owned(), folder.join("bin")].iter().find_map(|it| look(it));
    found.ok_or_else(|| {
        Error::new(format!("{by} names {}, but no postgres and initdb run there", folder.display()))
            .help("name the bin folder of a PostgreSQL server, for instance /usr/lib/postgresql/17/bin")
    })
}

fn unusable(folder: &Path) -> Error {
    Error::new(format!("the downloaded postgres in {} does not run on this machine", folder.display()))
        .help("install PostgreSQL from your system's packages, or name a server with [shadow] url")
}

/// The folders where a PostgreSQL usually is; existing ones, each once.
fn candidates(major: u32) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.extend([
        format!("/usr/lib/postgresql/{major}/bin").into(),
        format!("/usr/pgsql-{major}/bin").into(),
        format!("/opt/homebrew/opt/postgresql@{major}/bin").into(),
        format!("/usr/local/opt/postgresql@{major}/bin").into(),
        format!("/home/linuxbrew/.linuxbrew/opt/postgresql@{major}/bin").into(),
        format!("/Applications/Postgres.app/Contents/Versions/{major}/bin").into(),
        format!("/usr/local/pgsql-{major}/bin").into(),
        "/usr/local/pgsql/bin".into(),
    ]);
    let mut seen = std::collections::BTreeSet::new();
    // a link in PATH leads to where the other programs and the libraries are
    let real = folders.into_iter().filter_map(|it| Some(it.join("postgres").canonicalize().ok()?.parent()?.to_owned()));
    real.filter(|it| it.join("initdb").is_file() && seen.insert(it.clone())).collect()
}

/// The programs in a folder, when they run.
fn look(folder: &Path) -> Option<Binaries> {
    let folder = folder.canonicalize().ok()?;
    if !folder.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = version(&text)?;
    Some(Binaries { folder, version })
}

/// The version in `postgres (PostgreSQL) 15.19 (Debian 15.19-0+deb12u1)`.
fn version(text: &str) -> Option<String> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    version.split_whitespace().next().map(str::to_owned)
}

/// The major version in `15.19` or `19beta1`.
fn major_of(version: &str) -> Option<u32> {
    version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let text = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(version(text).as_deref(), Some("15.14"));
        assert_eq!(major_of("15.14"), Some(15));
        assert_eq!(major_of("19beta1"), Some(19));
    }
}
