//! The files of the migrations folder as texts, by their paths below it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::script;

/// The folders below it that are ours, with the extension of what is in them.
const PARTS: &[(&str, &str)] = &[("", "sql"), ("rollbacks", "sql"), ("logs", "md")];

/// Whether a path below the folder is one of those we read.
pub fn is_ours(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    // Hidden files are editors' and file systems'.
    let is_part = |it: &&(&str, &str)| it.0 == folder && name.strip_suffix(it.1).is_some_and(|stem| stem.ends_with('.'));
    path == "HEAD" || !name.starts_with('.') && PARTS.iter().any(|it| is_part(&it))
}

/// Reads them. A folder that does not exist has none.
pub fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for (part, _) in PARTS {
        for name in names(&folder.join(part))? {
            let path = if part.is_empty() { name } else { format!("{part}/{name}") };
            if is_ours(&path) {
                let file = folder.join(&path);
                // What only people read may be written in anything.
                let text = if *part == "logs" {
                    Some(String::from_utf8_lossy(&std::fs::read(file)?).into_owned())
                } else {
                    read_text(&file)?
                };
                files.extend(text.map(|it| (path, it)));
            }
        }
    }
    Ok(files)
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot_read = |it: std::io::Error| {
        let error = Error::from(it).within(format!("cannot read the folder {}", folder.display()));
        error.help("--migrations, or migrations in schemagen.toml, names a folder that this user can read")
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot_read(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(cannot_read)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_dir() {
            names.push(name);
        }
    }
    Ok(names)
}

fn read_text(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(script::normalized(&text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Error::new(format!("{} is not UTF-8 text", path.display())).help("save it as UTF-8"))
        }
        Err(error) => Err(Error::from(error).within(format!("cannot read {}", path.display()))),
    }
}
