//! The migrations folder: `NNN_slug.sql`, `rollbacks/NNN_rollback.sql`, `logs/NNN_slug.md` and `HEAD`.
//!
//! A file that would be left out without a word is an error: numbers have no gaps, no number is taken twice, and every `.sql`
//! file has a number.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::script::{self, Script};

pub mod folder;

/// What the folder holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrations {
    /// The folder, as the user would write it.
    pub folder: PathBuf,
    /// In order of their numbers: 1, 2, 3 and so on.
    pub list: Vec<Migration>,
    /// What `HEAD` says.
    pub head: Option<Head>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Counted from 1.
    pub number: u32,
    /// The number as it is written in file names and in the history: `007`.
    pub version: String,
    /// The rest of its file's name.
    pub slug: String,
    /// What its header says it does.
    pub title: String,
    /// Its path.
    pub file: PathBuf,
    /// The fingerprints of the states it starts from and leads to; a hand-written one has none.
    pub states: Option<(String, String)>,
    /// Its text, lines ending in LF.
    pub text: String,
    /// Of its text, whatever its line ends are on disk.
    pub checksum: String,
    /// It is held back until the application is deployed that follows on this migration.
    pub contract_of: Option<u32>,
    /// Where its rollback is, or would be.
    pub rollback_file: PathBuf,
    /// The text of its rollback.
    pub rollback: Option<String>,
    /// Where its log is, or would be.
    pub log_file: PathBuf,
    /// The text of its log.
    pub log: Option<String>,
}

/// The one line of `HEAD`: two branches that both add a migration conflict on it in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The newest version.
    pub version: String,
    /// Of the state it leads to, or of its own text where that is not known.
    pub fingerprint: String,
}

impl fmt::Display for Head {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} {}", self.version, self.fingerprint)
    }
}

/// Where the files of a migration that does not exist yet belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The migration.
    pub migration: PathBuf,
    /// Its rollback.
    pub rollback: PathBuf,
    /// Its log.
    pub log: PathBuf,
    /// `HEAD`.
    pub head: PathBuf,
}

impl Migrations {
    /// Reads the folder. One that does not exist is an empty one.
    pub fn read(folder: &Path) -> Result<Migrations> {
        Migrations::of(folder, &folder::read(folder)?)
    }

    /// The same from texts by their paths below the folder, wherever they are kept.
    pub fn of(folder: &Path, files: &BTreeMap<String, String>) -> Result<Migrations> {
        let (migrations, wrong) = Migrations::of_what_is_there(folder, files)?;
        wrong.into_iter().next().map_or(Ok(migrations), Err)
    }

    /// The same of a folder that need not be in order: what there is without doubt, and all that is wrong with it.
    pub fn of_what_is_there(folder: &Path, files: &BTreeMap<String, String>) -> Result<(Migrations, Vec<Error>)> {
        let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut wrong = Vec::new();
        for name in files.keys().filter(|it| it.ends_with(".sql") && !it.contains('/')) {
            match parts(name) {
                Some((number, _)) => found.entry(number).or_default().push(name.clone()),
                None => wrong.push(misnamed(folder, name)),
            }
        }
        wrong.extend(wrong_numbers(folder, &found));
        let single = found.into_values().filter(|it| it.len() == 1).flatten();
        let list = single.map(|it| read_migration(folder, &it, files)).collect::<Result<Vec<_>>>()?;
        let head = files.get("HEAD").and_then(|it| parse_head(it));
        if head.is_none() && files.contains_key("HEAD") {
            let error = format!("{} is not one line with a version and a fingerprint", folder.join("HEAD").display());
            wrong.push(Error::new(error).help("after a merge, let schemagen rebase settle it; else take it from git again"));
        }
        Ok((Migrations { folder: folder.to_owned(), list, head }, wrong))
    }

    /// The newest number; 0 when there is none.
    pub fn newest(&self) -> u32 {
        self.list.last().map_or(0, |it| it.number)
    }

    /// The version that comes next.
    pub fn next(&self) -> String {
        version(self.newest() + 1)
    }

    /// The migration of that number.
    pub fn find(&self, number: u32) -> Option<&Migration> {
        self.list.iter().find(|it| it.number == number)
    }

    /// The migration of that version.
    pub fn get(&self, version: &str) -> Option<&Migration> {
        self.list.iter().find(|it| it.version == version)
    }

    /// Where the files of a new migration belong.
    pub fn paths(&self, version: &str, slug: &str) -> Paths {
        Paths {
            migration: self.folder.join(format!("{version}_{slug}.sql")),
            rollback: rollback_file(&self.folder, version),
            log: self.folder.join("logs").join(format!("{version}_{slug}.md")),
            head: self.folder.join("HEAD"),
        }
    }
}

impl Migration {
    /// Its statements.
    pub fn script(&self) -> Result<Script> {
        Script::parse(&self.file.display().to_string(), &self.text)
    }
}

/// How many pending migrations lead to what is there, by the states that their files say they lead to: those up to the first that leads
/// there, where none before it says nothing.
pub fn there<'a>(states: impl Iterator<Item = Option<&'a str>>, is_there: impl Fn(&str) -> bool) -> usize {
    states.map_while(|it| it).position(is_there).map_or(0, |it| it + 1)
}

/// A number as it is written: `007`, `1000`.
pub fn version(number: u32) -> String {
    format!("{number:03}")
}

/// SHA-256 of a text with LF line ends, in hexadecimal.
pub fn checksum(text: &str) -> String {
    Sha256::digest(script::normalized(text).as_bytes()).iter().map(|it| format!("{it:02x}")).collect()
}

/// Words as part of a file name: `Add orders.status!` is `add_orders_status`; nothing when no letter or digit is left.
pub fn slug(words: &str) -> Option<String> {
    const LONGEST: usize = 60;
    let lower: String = words.to_lowercase().chars().map(|it| if it.is_ascii_alphanumeric() { it } else { ' ' }).collect();
    let slug = lower.split_whitespace().collect::<Vec<_>>().join("_");
    let slug = slug.get(..LONGEST).unwrap_or(&slug).trim_end_matches('_').to_owned();
    (!slug.is_empty()).then_some(slug)
}

/// A slug as a sentence: `add_orders_status` is `Add orders status`.
pub fn title(slug: &str) -> String {
    let words = slug.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn rollback_file(folder: &Path, version: &str) -> PathBuf {
    folder.join("rollbacks").join(format!("{version}_rollback.sql"))
}

/// Number and slug of `007_add_orders.sql`.
pub(crate) fn parts(name: &str) -> Option<(u32, &str)> {
    let (digits, slug) = name.strip_suffix(".sql")?.split_once('_')?;
    let good = slug.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_') && !slug.is_empty();
    let number: u32 = digits.parse().ok().filter(|_| digits.bytes().all(|it| it.is_ascii_digit()))?;
    (good && number > 0 && version(number) == digits).then_some((number, slug))
}

pub(crate) fn misnamed(folder: &Path, name: &str) -> Error {
    let error =
        Error::new(format!("{} is not named as a migration: NNN_what_it_does.sql, in lower case", folder.join(name).display()));
    let stem = name.strip_suffix(".sql").unwrap_or(name);
    let digits: String = stem.chars().take_while(char::is_ascii_digit).collect();
    let number: Option<u32> = digits.parse().ok().filter(|it| (1..1_000_000).contains(it));
    match (number, slug(&stem[digits.len()..])) {
        (Some(number), Some(slug)) => error.help(format!("rename it to {}_{slug}.sql", version(number))),
        _ => error.help("rename it, or move it out of the folder: it would never be applied"),
    }
}

/// Numbers that two have, and those that none has.
fn wrong_numbers(folder: &Path, found: &BTreeMap<u32, Vec<String>>) -> Vec<Error> {
    let error = |what: String, help: &str| Error::new(what).note(format!("in {}", folder.display())).help(help);
    let mut wrong = Vec::new();
    let mut before: Option<(u32, &str)> = None;
    for (number, names) in found {
        if let [first, second, ..] = names.as_slice() {
            let what = format!("two migrations have the number {}: {first} and {second}", version(*number));
            wrong.push(error(what, "renumber the one that is not merged yet: schemagen rebase"));
        }
        let name = names.first().map_or("", String::as_str);
        let missing = before.map_or(0, |it| it.0) + 1;
        if *number != missing {
            let place = before.map_or(format!("before {name}"), |it| format!("between {} and {name}", it.1));
            let what = format!("migration {} is missing {place}", version(missing));
            wrong.push(error(what, "bring the file back from git, or renumber those after the gap"));
        }
        before = Some((*number, name));
    }
    wrong
}

pub(crate) fn read_migration(folder: &Path, name: &str, files: &BTreeMap<String, String>) -> Result<Migration> {
    let (number, slug) = parts(name).ok_or_else(|| misnamed(folder, name))?;
    let version = version(number);
    let text = files.get(name).cloned().unwrap_or_default();
    let log = format!("logs/{version}_{slug}.md");
    let rollback = format!("rollbacks/{version}_rollback.sql");
    Ok(Migration {
        number,
        title: header_title(&text, &version).unwrap_or_else(|| title(slug)),
        states: header_states(&text),
        contract_of: header_contract(&text),
        checksum: checksum(&text),
        log_file: folder.join(&log),
        log: files.get(&log).cloned(),
        slug: slug.to_owned(),
        version,
        file: folder.join(name),
        text,
        rollback_file: folder.join(&rollback),
        rollback: files.get(&rollback).cloned(),
    })
}

/// `-- Migration 007: Add orders` or, in a hand-written file, its first comment.
fn header_title(text: &str, version: &str) -> Option<String> {
    let mut comments =
        script::header(text).map(|it| it.trim_start_matches('-').trim()).filter(|it| !it.starts_with("schemagen:"));
    let line = comments.find(|it| it.chars().any(char::is_alphanumeric))?;
    let named =
        line.strip_prefix("Migration").and_then(|it| it.trim_start().strip_prefix(version)).and_then(|it| it.strip_prefix(':'));
    let title = named.unwrap_or(line).trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// `-- Schema: from -> to`
fn header_states(text: &str) -> Option<(String, String)> {
    let line = script::header(text).find_map(|it| it.strip_prefix("-- Schema: "))?;
    let (from, to) = line.split_once(" -> ")?;
    Some((from.trim().to_owned(), to.trim().to_owned()))
}

/// `-- schemagen: contract of 007`
fn header_contract(text: &str) -> Option<u32> {
    let said = |it: &str| {
        let said = it.trim_start_matches('-').trim().strip_prefix("schemagen:")?.trim().strip_prefix("contract of ")?;
        said.trim().parse().ok()
    };
    script::header(text).find_map(said)
}

/// What `HEAD` says of the newest migration: the state it leads to, or its text where that is not known.
pub fn head(newest: &Migration) -> Head {
    let text = || newest.checksum.chars().take(16).collect();
    let fingerprint = newest.states.as_ref().map_or_else(text, |it| it.1.clone());
    Head { version: newest.version.clone(), fingerprint }
}

/// Whether a text of `HEAD` is of that migration. Of a hand-written one it may hold what the text was when it was begun.
pub fn is_head_of(text: &str, newest: &Migration) -> bool {
    let states = newest.states.as_ref();
    parse_head(text).is_some_and(|it| it.version == newest.version && states.is_none_or(|states| states.1 == it.fingerprint))
}

fn parse_head(text: &str) -> Option<Head> {
    let mut words = text.split_whitespace();
    let (version, fingerprint) = (words.next()?, words.next()?);
    let good = words.next().is_none() && text.trim_end().lines().count() == 1 && version.bytes().all(|it| it.is_ascii_digit());
    good.then(|| Head { version: version.to_owned(), fingerprint: fingerprint.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn error(files: &[(&str, &str)]) -> String {
        let folder = folder(files);
        Migrations::read(folder.path()).unwrap_err().to_string()
    }

    #[test]
    fn a_folder_is_read_with_its_rollbacks() {
        let folder = folder(&[
            ("001_initial_schema.sql", "-- Migration 001: The first\r\n-- Schema: a -> b\r\nSELECT 1;\r\n"),
            ("002_more.sql", "SELECT 2;"),
            ("rollbacks/001_rollback.sql", "SELECT -1;"),
            ("HEAD", "002 abc\n"),
            ("README.md", ""),
            (".002_more.sql.swp", ""),
        ]);
        let migrations = Migrations::read(folder.path()).unwrap();
        assert_eq!(migrations.list.len(), 2);
        let first = &migrations.list[0];
        assert_eq!((first.version.as_str(), first.slug.as_str(), first.title.as_str()), ("001", "initial_schema", "The first"));
        assert_eq!(first.rollback.as_deref(), Some("SELECT -1;"));
        assert_eq!(first.checksum, checksum("-- Migration 001: The first\n-- Schema: a -> b\nSELECT 1;\n"));
        assert_eq!(first.states, Some(("a".to_owned(), "b".to_owned())));
        assert_eq!((migrations.list[1].title.as_str(), migrations.next().as_str()), ("More", "003"));
        assert_eq!(migrations.head.unwrap().to_string(), "002 abc\n");
        assert_eq!(Migrations::read(Path::new("/nonexistent")).unwrap().next(), "001");
    }

    #[test]
    fn a_header_says_what_is_waited_for() {
        let held = "-- Migration 004: Contract x\n-- schemagen: contract of 003\nSELECT 1;";
        let folder = folder(&[("001_a.sql", "SELECT 1; -- schemagen: contract of 003"), ("002_b.sql", held)]);
        let found: Vec<Option<u32>> = Migrations::read(folder.path()).unwrap().list.iter().map(|it| it.contract_of).collect();
        assert_eq!(found, [None, Some(3)]);
    }

    #[test]
    fn gaps_and_duplicates_name_the_files() {
        assert!(
            error(&[("001_a.sql", ""), ("003_c.sql", "")]).contains("migration 002 is missing between 001_a.sql and 003_c.sql")
        );
        assert!(error(&[("002_b.sql", "")]).contains("migration 001 is missing before 002_b.sql"));
        assert!(error(&[("001_a.sql", ""), ("001_b.sql", "")]).contains("001_a.sql and 001_b.sql"));
    }

    #[test]
    fn misnamed_files_are_errors_with_a_suggestion() {
        assert!(error(&[("1-Add Users.sql", "")]).contains("rename it to 001_add_users.sql"));
        assert!(error(&[("notes.sql", "")]).contains("move it out"));
        assert!(error(&[("001_.sql", "")]).contains("not named as a migration"));
        assert!(error(&[("001_a.sql", ""), ("HEAD", "<<<<<<< ours\n001 a\n=======")]).contains("HEAD"));
    }

    #[test]
    fn slugs_are_plain_words() {
        assert_eq!(slug("Add orders.status!").as_deref(), Some("add_orders_status"));
        assert_eq!(slug("../../etc/passwd").as_deref(), Some("etc_passwd"));
        assert_eq!(slug("--"), None);
        assert_eq!(title("add_orders"), "Add orders");
    }
}
