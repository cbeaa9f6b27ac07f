//! Files written all or none: temporary files beside their targets, then renames; what was made goes again when one fails.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where; missing folders are made.
    pub path: PathBuf,
    /// What.
    pub text: String,
    /// Whether one that exists may be replaced (`HEAD`); else it is an error.
    pub replaces: bool,
}

impl NewFile {
    /// A file that must not exist yet.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> NewFile {
        NewFile { path: path.into(), text: text.into(), replaces: false }
    }

    /// A file that may exist and is replaced then.
    pub fn replacing(path: impl Into<PathBuf>, text: impl Into<String>) -> NewFile {
        NewFile { replaces: true, ..NewFile::new(path, text) }
    }
}

/// What to take back when a later file fails. Dropped without [`Undo::forget`] it takes everything back, so an interrupted write
/// leaves nothing either.
#[derive(Default)]
struct Undo {
    folders: Vec<PathBuf>,
    created: Vec<PathBuf>,
    replaced: Vec<(PathBuf, Vec<u8>)>,
}

impl Undo {
    fn forget(mut self) {
        self.folders.clear();
        self.created.clear();
        self.replaced.clear();
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        for path in &self.created {
            let _ = std::fs::remove_file(path);
        }
        for (path, old) in &self.replaced {
            let _ = std::fs::write(path, old);
        }
        for folder in self.folders.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Writes all of the files, or none.
pub fn write(files: &[NewFile]) -> Result<()> {
    if let Some(it) = files.iter().find(|it| !it.replaces && it.path.symlink_metadata().is_ok()) {
        return Err(nothing_written(Error::new(format!("{} exists already", it.path.display()))));
    }
    let mut undo = Undo::default();
    stage(files, &mut undo).and_then(|staged| publish(staged, &mut undo)).map_err(nothing_written)?;
    undo.forget();
    Ok(())
}

fn nothing_written(error: Error) -> Error {
    error.note("state: no file was written")
}

/// Makes the folders and writes every text to a temporary file: a full disk shows here.
fn stage<'a>(files: &'a [NewFile], undo: &mut Undo) -> Result<Vec<(&'a NewFile, NamedTempFile)>> {
    let mut staged = Vec::new();
    for file in files {
        let cannot_write = |it: std::io::Error| explain(it, &file.path);
        let folder = match file.path.parent() {
            Some(it) if !it.as_os_str().is_empty() => it,
            _ => Path::new("."),
        };
        create_folders(folder, undo).map_err(cannot_write)?;
        let mut temporary = temporary_file(folder).map_err(cannot_write)?;
        if let Some(there) = file.replaces.then(|| file.path.metadata().ok()).flatten() {
            temporary.as_file().set_permissions(there.permissions()).map_err(cannot_write)?;
        }
        temporary.write_all(file.text.as_bytes()).and_then(|()| temporary.as_file().sync_all()).map_err(cannot_write)?;
        staged.push((file, temporary));
    }
    Ok(staged)
}

/// A file with the permissions that any other new file would get.
fn temporary_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".schemagen-").suffix(".tmp").permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

fn create_folders(folder: &Path, undo: &mut Undo) -> std::io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|it| !it.as_os_str().is_empty() && !it.exists()).collect();
    for it in missing.into_iter().rev() {
        std::fs::create_dir(it)?;
        undo.folders.push(it.to_owned());
    }
    Ok(())
}

/// Gives every temporary file its name.
fn publish(staged: Vec<(&NewFile, NamedTempFile)>, undo: &mut Undo) -> Result<()> {
    for (file, temporary) in staged {
        let old = if file.replaces { std::fs::read(&file.path).ok() } else { None };
        let renamed = if file.replaces { temporary.persist(&file.path) } else { temporary.persist_noclobber(&file.path) };
        renamed.map_err(|it| explain(it.error, &file.path))?;
        match old {
            Some(old) => undo.replaced.push((file.path.clone(), old)),
            None => undo.created.push(file.path.clone()),
        }
    }
    Ok(())
}

fn explain(error: std::io::Error, path: &Path) -> Error {
    use std::io::ErrorKind;
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "make the folder writable for this user",
        ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "something that is not a folder stands in the way",
        _ => "check the path",
    };
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or_default().split(" at path").next().unwrap_or_default().to_lowercase();
    Error::new(format!("cannot write {}: {reason}", path.display())).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_with_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("HEAD"), "old").unwrap();
        write(&[NewFile::new(at("a.sql"), "a"), NewFile::new(at("logs/x/a.md"), "log"), NewFile::replacing(at("HEAD"), "new")])
            .unwrap();
        assert_eq!(std::fs::read_to_string(at("HEAD")).unwrap(), "new");
        assert_eq!(std::fs::read_to_string(at("logs/x/a.md")).unwrap(), "log");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn when_one_fails_none_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("HEAD"), "old").unwrap();
        std::fs::create_dir(at("taken")).unwrap();
        std::fs::write(at("taken/x"), "").unwrap();
        // The last rename fails: a folder that is not empty stands there.
        let files =
            [NewFile::new(at("logs/a.md"), "log"), NewFile::replacing(at("HEAD"), "new"), NewFile::replacing(at("taken"), "x")];
        let error = write(&files).unwrap_err();
        assert!(error.to_string().contains("no file was written"), "{error}");
        assert_eq!(std::fs::read_to_string(at("HEAD")).unwrap(), "old");
        assert!(!at("logs").exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        assert!(write(&[NewFile::new(at("HEAD"), "x")]).unwrap_err().message.contains("exists already"));
    }
}
