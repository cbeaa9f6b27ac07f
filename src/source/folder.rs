//! The files of a folder, in the order of their names.

use std::path::{Path, PathBuf};

use super::Source;
use super::file::Reader;
use crate::error::{Error, Result};

/// Reads a folder or a file.
pub(super) fn read(path: &Path) -> Result<Source> {
    let files = files(path)?;
    let mut reader = Reader::new(path, &files);
    for file in &files {
        reader.file(file)?;
    }
    Ok(reader.source)
}

/// All `*.sql` below a folder (without hidden files, what `.gitignore` names, and checks), sorted; or the one file.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let shown = path.display();
    let metadata = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::new(format!("there is no file or folder {shown}"))
            .help("name the folder of your schema with --schema, or let `schemagen init` make one"),
        _ => Error::from(error).within(format!("cannot read {shown}")),
    })?;
    if metadata.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = sql_files(path)?;
    let checks = path.join(super::checks::FOLDER);
    files.retain(|it| !it.starts_with(&checks));
    if files.is_empty() {
        return Err(Error::new(format!("there is no .sql file in {shown}"))
            .help("write your tables there, or let `schemagen init --from-database` export them"));
    }
    Ok(files)
}

/// All `*.sql` below a folder, sorted.
pub(super) fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).follow_links(true).require_git(false).build() {
        let entry = entry.map_err(|it| Error::new(format!("cannot read {}: {it}", folder.display())))?;
        let is_sql = entry.path().extension().is_some_and(|it| it.eq_ignore_ascii_case("sql"));
        if is_sql && entry.file_type().is_some_and(|it| it.is_file()) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file. It must be UTF-8.
pub(super) fn text(path: &Path) -> Result<String> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|it| Error::from(it).within(format!("cannot read {shown}")))?;
    let (start, encoding) = match &bytes[..] {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => (0, Some("UTF-16")),
        _ => (0, None),
    };
    let bytes = &bytes[start..];
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|it| **it == b'\n').count() + 1;
        let from = encoding.unwrap_or("LATIN1");
        Error::new(format!("{shown}:{line} is not UTF-8"))
            .help(format!("convert the file, for instance: iconv -f {from} -t UTF-8 {shown}"))
    })?;
    if let Some(zero) = text.find('\0') {
        let line = text[..zero].matches('\n').count() + 1;
        return Err(Error::new(format!("{shown}:{line} has a zero byte: it is no text file"))
            .help("a dump of pg_dump -Fc is not SQL: write it with pg_dump --schema-only"));
    }
    Ok(text.to_owned())
}
