//! The folder of what is kept between runs, and locks in it for several runs at once.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use super::Settings;
use crate::error::{Error, Result};

/// The cache.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    pub(super) folder: PathBuf,
}

impl Cache {
    /// The first of the usual folders that can be written to.
    pub(super) fn open(settings: &Settings) -> Result<Cache> {
        if let Some(folder) = &settings.cache {
            prepare(folder).map_err(|it| it.within(format!("cannot use the cache {}", folder.display())))?;
            return Ok(Cache { folder: folder.clone() });
        }
        let mut tried = Vec::new();
        for folder in usual() {
            match prepare(&folder) {
                Ok(()) => return Ok(Cache { folder }),
                Err(error) => tried.push(format!("{}: {}", folder.display(), error.message)),
            }
        }
        let error = Error::new("there is no folder to keep PostgreSQL's programs in").help("name one: [shadow] cache");
        Err(tried.into_iter().fold(error, Error::note))
    }

    /// Makes a folder of the cache once, though several runs want it at once: `make` fills a folder that takes the name
    /// when it is complete.
    pub(super) fn once(&self, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.is_dir() {
            return Ok(folder);
        }
        let lock = File::create(self.folder.join(format!("{name}.lock")))?;
        lock.lock()?;
        if !folder.is_dir() {
            let partial = self.folder.join(format!("{name}.partial"));
            remove(&partial)?; // what a run left that was killed
            fs::create_dir(&partial)?;
            let made = make(&partial).and_then(|()| Ok(fs::rename(&partial, &folder)?));
            if let Err(error) = made {
                remove(&partial)?;
                return Err(error);
            }
        }
        Ok(folder)
    }
}

/// Removes a folder, if it is there.
pub(super) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::from(error).within(format!("cannot remove {}", folder.display())))
        }
        _ => Ok(()),
    }
}

fn usual() -> Vec<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from).filter(|it| it.is_absolute());
    let mut folders = Vec::new();
    if Uid::effective().is_root() {
        // the server runs as another user, who cannot look into root's home
        folders.push(PathBuf::from("/var/cache/schemagen"));
    } else {
        folders.extend(set("XDG_CACHE_HOME").map(|it| it.join("schemagen")));
        let own = if cfg!(target_os = "macos") { "Library/Caches/schemagen" } else { ".cache/schemagen" };
        folders.extend(set("HOME").map(|it| it.join(own)));
    }
    folders.push(std::env::temp_dir().join(format!("schemagen-cache-{}", Uid::effective())));
    folders
}

/// Makes the folder. It must be ours: its programs are run.
fn prepare(folder: &Path) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o755).create(folder)?;
    let metadata = fs::metadata(folder)?;
    if metadata.uid() != Uid::effective().as_raw() {
        return Err(Error::new("it belongs to another user"));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(Error::new("others may write to it"));
    }
    tempfile::tempfile_in(folder)?;
    Ok(())
}
