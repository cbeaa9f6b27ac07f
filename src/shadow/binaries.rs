//! Where the server's programs come from: a folder that was named, the machine, or a download.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Settings, download};
use crate::error::{Error, Result};

/// A folder with `initdb`, `pg_ctl` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    /// `15.18 (Debian 15.18-0+deb12u1)`
    pub(super) version: String,
    pub(super) major: u32,
}

/// The first that fits: the folder named, the machine's own of that major version, the download.
pub(super) async fn find(settings: &Settings, major: u32) -> Result<Binaries> {
    if let Some(folder) = &settings.bin_dir {
        return probe(folder).ok_or_else(|| {
            Error::new(format!("there is no PostgreSQL server in {}", folder.display()))
                .help("SCHEMAGEN_PG_BIN_DIR or [shadow] bin_dir must name a folder that holds initdb, pg_ctl and postgres")
        });
    }
    if let Some(found) = candidates(major).iter().filter_map(|it| probe(it)).find(|it| it.major == major) {
        return Ok(found);
    }
    let folder = match settings.offline {
        true => download::there(settings, major)?,
        false => download::fetch(settings, major).await?,
    };
    probe(&folder).ok_or_else(|| {
        Error::new(format!("the PostgreSQL {major} that was fetched to {} does not run on this machine", folder.display()))
            .help("install PostgreSQL and name its folder with SCHEMAGEN_PG_BIN_DIR, or a server with --shadow-url")
    })
}

/// Folders where a server of that major version usually is.
fn candidates(major: u32) -> Vec<PathBuf> {
    let mut folders = vec![
        PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")),
        PathBuf::from(format!("/usr/pgsql-{major}/bin")),
        PathBuf::from(format!("/opt/homebrew/opt/postgresql@{major}/bin")),
        PathBuf::from(format!("/usr/local/opt/postgresql@{major}/bin")),
        PathBuf::from(format!("/Applications/Postgres.app/Contents/Versions/{major}/bin")),
    ];
    let config = Command::new("pg_config").arg("--bindir").output().ok().filter(|it| it.status.success());
    folders.extend(config.map(|it| PathBuf::from(String::from_utf8_lossy(&it.stdout).trim())));
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders
}

/// The server in a folder, when it is complete and runs.
fn probe(folder: &Path) -> Option<Binaries> {
    if !["initdb", "pg_ctl", "postgres"].iter().all(|it| folder.join(it).is_file()) {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok().filter(|it| it.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().rsplit_once("(PostgreSQL) ").map(|it| it.1.to_owned())?;
    let major = version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()?;
    Some(Binaries { folder: folder.to_owned(), version, major })
}
