//! Where the folder declares an object, and how a hint is written there without touching anything else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::Reader;
use super::tree::Tree;
use super::{Source, deeply, hints, syntax};
use crate::error::{Error, Place, Result};

/// Where something is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Its first word.
    pub place: Place,
    kind: String,
    path: Vec<String>,
}

impl Spot {
    /// Whether it starts its line: then a hint stands on a line above it, else in front of it.
    pub fn starts_line(&self) -> bool {
        let before: String = self.place.text.chars().take(self.place.column - 1).collect();
        before.trim().is_empty()
    }

    /// A hint as it stands there.
    pub fn comment(&self, hint: &str) -> String {
        if self.starts_line() { format!("-- schemagen: {hint}") } else { format!("/* schemagen: {hint} */") }
    }
}

impl Source {
    /// Where an object is declared, by kind and names without a routine's arguments, or a label in one. None where no statement says
    /// its name, or more than one does.
    pub fn declared(&self, kind: &str, path: &[String]) -> Option<Spot> {
        let found = deeply(|| {
            let mut found = Vec::new();
            for statement in self.statements.iter().filter(|it| !it.is_given) {
                let Ok(Some(parsed)) = syntax::parse(&statement.sql, statement.settings.escapes) else { continue };
                let tree = Tree::of(&parsed);
                let Some(node) = tree.node() else { continue };
                let (of, whole) = hints::object(node, statement);
                if whole.is_empty() || !path.starts_with(&whole) {
                    continue;
                }
                let place = match path.get(whole.len()..) {
                    Some([]) if of == kind && !node.name.starts_with("Alter") => Some(statement.place.clone()),
                    Some([name]) => {
                        let part = hints::parts(node, statement).into_iter().find(|it| it.1 == kind && it.2 == *name);
                        part.map(|it| statement.place(it.0))
                    }
                    _ => None,
                };
                found.extend(place.map(|place| Spot { place, kind: kind.to_owned(), path: path.to_vec() }));
            }
            Ok(found)
        });
        match found.ok()?.as_slice() {
            [spot] => Some(spot.clone()),
            _ => None,
        }
    }
}

/// The files with hints written at spots in them. What is written is read again: it must speak of what was meant.
pub fn hinted(hints: &[(Spot, String)]) -> Result<Vec<(PathBuf, String)>> {
    let mut files: BTreeMap<&str, Vec<&(Spot, String)>> = BTreeMap::new();
    for it in hints {
        files.entry(&it.0.place.file).or_default().push(it);
    }
    files.into_iter().map(|(file, hints)| Ok((PathBuf::from(file), written(file, hints)?))).collect()
}

fn written(file: &str, mut hints: Vec<&(Spot, String)>) -> Result<String> {
    let mut text = std::fs::read_to_string(file).map_err(|it| Error::from(it).within(format!("cannot read {file}")))?;
    hints.sort_by_key(|it| std::cmp::Reverse((it.0.place.line, it.0.place.column)));
    for (spot, hint) in &hints {
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = match spot.place.line {
            1 => mark,
            line => text.match_indices('\n').nth(line - 2).map_or(text.len(), |it| it.0 + 1),
        };
        let indent = text[start..].chars().take(spot.place.column - 1).map(char::len_utf8).sum::<usize>();
        let comment = spot.comment(hint);
        if spot.starts_line() {
            let end = if text[start..].lines().next().is_some_and(|it| text[start + it.len()..].starts_with("\r\n")) {
                "\r\n"
            } else {
                "\n"
            };
            let line = format!("{}{comment}{end}", &text[start..start + indent]);
            text.insert_str(start, &line);
        } else {
            text.insert_str(start + indent, &format!("{comment} "));
        }
    }
    let read = deeply(|| {
        let mut reader = Reader::new(Path::new(file), &[]);
        reader.whole(text.trim_start_matches('\u{feff}'), Path::new(file))?;
        Ok(reader.source.hints)
    })?;
    let is_read = |(spot, hint): &&(Spot, String)| {
        read.iter().any(|it| {
            it.text == *hint && it.above.as_ref().is_some_and(|above| above.kind == spot.kind && above.path == spot.path)
        })
    };
    match hints.iter().find(|it| !is_read(it)) {
        None => Ok(text),
        Some((spot, hint)) => Err(Error::new(format!("the hint \"{hint}\" cannot be written there")).at(spot.place.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read;

    #[test]
    fn a_hint_is_written_above_its_object_or_in_front_of_it_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sql");
        let text = "CREATE TABLE t (\r\n\tid int,\r\n\tb   text\r\n);\r\nCREATE TYPE m AS ENUM ('x', 'y'); CREATE TABLE u (c int, d int);\r\n";
        std::fs::write(&file, text).unwrap();
        let source = read(folder.path()).unwrap();
        let spot = |kind: &str, path: &[&str]| {
            let path: Vec<String> = path.iter().map(|it| (*it).to_owned()).collect();
            source.declared(kind, &path).unwrap()
        };
        let hint = |it: &str| format!("renamed from {it}");
        let hints = [
            (spot("column", &["public", "t", "b"]), hint("a")),
            (spot("enum_type", &["public", "m", "y"]), hint("'z'")),
            (spot("column", &["public", "u", "d"]), "new".to_owned()),
            (spot("table", &["public", "t"]), hint("s")),
        ];
        let expected = "-- schemagen: renamed from s\r\nCREATE TABLE t (\r\n\tid int,\r\n\t-- schemagen: renamed from a\r\n\tb   text\r\n);\r\n\
            CREATE TYPE m AS ENUM ('x', /* schemagen: renamed from 'z' */ 'y'); CREATE TABLE u (c int, /* schemagen: new */ d int);\r\n";
        assert_eq!(hinted(&hints).unwrap(), [(file, expected.to_owned())]);
        assert_eq!(source.declared("column", &["public".into(), "t".into(), "gone".into()]), None);
        assert!(hinted(&[(spot("table", &["public", "t"]), "renamed from \"a\nb\"".to_owned())]).is_err());
    }
}
