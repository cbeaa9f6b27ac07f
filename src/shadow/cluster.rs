//! A data folder: made by `initdb` once per version into the cache, and copied for every run. A copy takes a tenth of
//! the time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use super::SUPERUSER;
use super::binaries::Binaries;
use super::cache::Cache;
use super::server::Account;
use crate::error::{Error, Result};

const OPTIONS: &[&str] =
    &["--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C", "-A", "trust", "-U", SUPERUSER, "--wal-segsize=4"];

/// The prepared data folder.
pub(super) fn prepared(binaries: &Binaries, cache: &Cache, account: &Account) -> Result<PathBuf> {
    let key = format!("{}\n{}\n{}\n{OPTIONS:?}", binaries.version, binaries.folder.display(), account.number());
    let digest: String = Sha256::digest(key.as_bytes()).iter().take(6).map(|it| format!("{it:02x}")).collect();
    let folder = cache.once(&format!("cluster-{}-{digest}", binaries.version), |folder| {
        account.own(folder)?;
        initdb(binaries, &folder.join("data"), account)
    })?;
    Ok(folder.join("data"))
}

fn initdb(binaries: &Binaries, data: &Path, account: &Account) -> Result<()> {
    let mut command = Command::new(binaries.folder.join("initdb"));
    command.args(OPTIONS).arg("-D").arg(data).env("TZ", "UTC").stdin(Stdio::null());
    let output = account.run(&mut command).output().map_err(|it| Error::from(it).within("cannot run initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::new("initdb failed").note(said).help("name other binaries with [shadow] bin_dir, or a server with [shadow] url"))
}

/// Copies a folder with all below it; the copy belongs to the account.
pub(super) fn copy(from: &Path, to: &Path, account: &Account) -> Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o700))?;
    account.own(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, account)?;
        } else {
            fs::copy(entry.path(), &target)?;
            account.own(&target)?;
        }
    }
    Ok(())
}
