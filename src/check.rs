//! What can be wrong with a migrations folder, told from its texts: names, numbers, headers, logs, and what a base branch or a database
//! already has of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::error::Error;
use crate::fingerprint::{self, Comparison};
use crate::history::History;
use crate::migrations::{self, Migration, Migrations};

/// What a generated log holds where only its author knows.
const BLANK: &str = "_(the author completes this line)_";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look.
    Warning,
    /// The schema folder and the migrations say different things.
    Difference,
    /// It must not be merged.
    Error,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// Which check found it: `files`, `history`, `base`, `schema`, `rollback`, `log`, `lint`.
    pub check: &'static str,
    /// The file it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of it, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// Further facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Finding {
    /// An error of that check.
    pub fn new(check: &'static str, message: impl Into<String>) -> Finding {
        let message = message.into();
        Finding { level: Level::Error, check, file: None, line: None, message, notes: Vec::new(), help: None }
    }

    /// The same about a file.
    #[must_use]
    pub fn about(self, file: impl fmt::Display) -> Finding {
        Finding { file: Some(file.to_string()), ..self }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warns(self) -> Finding {
        Finding { level: Level::Warning, ..self }
    }

    /// What a stage failed with.
    pub fn of(check: &'static str, error: &Error) -> Finding {
        let code = error.sqlstate.as_ref().map_or(String::new(), |it| format!(" [{it}]"));
        let shown = error.place.as_ref().map(|it| format!("{} | {}", it.line, it.text));
        Finding {
            level: Level::Error,
            check,
            file: error.place.as_ref().map(|it| it.file.clone()),
            line: error.place.as_ref().map(|it| it.line),
            message: format!("{}{code}", error.message),
            notes: shown.into_iter().chain(error.notes.clone()).collect(),
            help: error.help.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.level {
            Level::Warning => "warning",
            Level::Difference => "difference",
            Level::Error => "error",
        };
        write!(out, "{word}: ")?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(out, "{file}:{line}: ")?,
            (Some(file), None) => write!(out, "{file}: ")?,
            (None, _) => {}
        }
        write!(out, "{}", self.message)?;
        for note in &self.notes {
            write!(out, "\n  = {}", note.replace('\n', "\n    "))?;
        }
        self.help.as_ref().map_or(Ok(()), |it| write!(out, "\n  = help: {}", it.replace('\n', "\n    ")))
    }
}

/// What is wrong with the files by themselves.
pub fn files(migrations: &Migrations, files: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut found: Vec<Finding> = migrations.list.iter().flat_map(companions).collect();
    found.extend(strays(migrations, files));
    found.extend(head(migrations));
    for pair in migrations.list.windows(2) {
        let [before, after] = pair else { continue };
        if let (Some((_, to)), Some((from, _))) = (&before.states, &after.states)
            && fingerprint::compare(to, from) == Comparison::Different
        {
            let message = format!("it was made for another state than {} leads to", before.version);
            let help = "two branches may have met: schemagen rebase proves it anew where it stands now";
            found.push(Finding::new("files", message).about(after.file.display()).help(help).warns());
        }
    }
    found
}

/// Rollback and log, and that all three have the number of their name.
fn companions(migration: &Migration) -> Vec<Finding> {
    let mut found = Vec::new();
    let texts = [
        (&migration.file, Some(&migration.text), "-- Migration ", "migration"),
        (&migration.rollback_file, migration.rollback.as_ref(), "-- Rollback of migration ", "rollback"),
        (&migration.log_file, migration.log.as_ref(), "## Migration ", "log"),
    ];
    for (file, text, lead, what) in texts {
        let Some(text) = text else {
            let message = format!("{} has no {what}", migration.file.display());
            found.push(Finding::new("files", message).about(file.display()).help(format!("write {}", file.display())));
            continue;
        };
        let said = text.lines().find_map(|it| it.strip_prefix(lead)?.split_once(':')).map(|it| it.0);
        if let Some(said) = said.filter(|it| *it != migration.version && it.bytes().all(|it| it.is_ascii_digit())) {
            let message = format!("its heading says that it is of migration {said}");
            let help = format!("write {} there, or take the file of {said} back", migration.version);
            found.push(Finding::new("files", message).about(file.display()).help(help));
        }
    }
    found
}

/// Rollbacks and logs of no migration.
fn strays(migrations: &Migrations, files: &BTreeMap<String, String>) -> Vec<Finding> {
    let owned: BTreeSet<_> = migrations.list.iter().flat_map(|it| [&it.file, &it.rollback_file, &it.log_file]).collect();
    let paths = files.keys().filter(|it| *it != "HEAD").map(|it| migrations.folder.join(it));
    let strays = paths.filter(|it| !owned.contains(it));
    let stray = |it: std::path::PathBuf| {
        let finding = Finding::new("files", "it belongs to no migration").about(it.display());
        finding.help("delete it, or bring its migration back from git")
    };
    strays.map(stray).collect()
}

/// `HEAD` names the newest migration and the state it leads to.
fn head(migrations: &Migrations) -> Option<Finding> {
    let newest = migrations.list.last()?;
    let finding = |message: String| {
        let finding = Finding::new("files", message).about(migrations.folder.join("HEAD").display());
        Some(finding.help("schemagen rebase writes it anew"))
    };
    let Some(head) = &migrations.head else { return finding("it is missing".to_owned()) };
    if head.version != newest.version {
        return finding(format!("it says {}, and the newest migration is {}", head.version, newest.version));
    }
    // Of a hand-written migration it holds what the text was when it was begun.
    let state = newest.states.as_ref().map(|it| &it.1)?;
    if *state == head.fingerprint { None } else { finding(format!("it is not at the state that {} leads to", newest.version)) }
}

/// Lines that wait for their author, in the files of a migration.
pub fn blanks(migration: &Migration) -> Vec<Finding> {
    let log = migration.log.as_deref().unwrap_or_default();
    let lines = |text: &str, is_blank: &dyn Fn(&str) -> bool| -> Vec<usize> {
        text.lines().enumerate().filter(|it| is_blank(it.1.trim_end())).map(|it| it.0 + 1).collect()
    };
    let in_log = lines(log, &|it| it.contains(BLANK) || matches!(it, "**Estimated Time**:" | "**Risk Level**:" | "-"));
    let in_header = lines(&migration.text, &|it| matches!(it, "-- Purpose:" | "-- Risk:"));
    let blank = |file: &std::path::Path, line: usize| {
        let finding = Finding::new("log", "this line is not filled in").about(file.display()).warns();
        Finding { line: Some(line), ..finding }
    };
    let headers = in_header.into_iter().map(|it| blank(&migration.file, it));
    headers.chain(in_log.into_iter().map(|it| blank(&migration.log_file, it))).collect()
}

/// How a file stands to another migration that is applied under its number: words that follow its name.
pub fn another(history: &History, migration: &Migration) -> String {
    let title = history.rows.get(&migration.version).and_then(|it| it.description.as_deref()).unwrap_or_default();
    let title: String = title.chars().filter(|it| !it.is_control()).collect();
    format!("is not the migration {} that is applied, \"{title}\"", migration.version)
}

/// What to do then.
pub fn instead(migration: &Migration) -> String {
    if migration.number == 1 {
        return "it seems to be the database of another project: look at its address".to_owned();
    }
    let before = migrations::version(migration.number - 1);
    format!(
        "two branches had that number: where the applied one is not merged yet, undo it (schemagen rollback --to {before}: its rollback is \
         in the history), then apply; where it is merged and this file is not: schemagen rebase"
    )
}

/// What a database has applied and the files no longer say.
pub fn history(migrations: &Migrations, history: &History, database: &str) -> Vec<Finding> {
    let edited = history.edited(migrations).into_iter().map(|it| {
        let finding = |message: String| Finding::new("history", message).about(it.file.display());
        match history.is_another(it) {
            true => finding(format!("it {} to {database}", another(history, it))).help(instead(it)),
            false => finding(format!("it was edited after it had been applied to {database}"))
                .help("take the applied text back from git, and write the change as a migration of its own"),
        }
    });
    let ours = history.ours(migrations);
    let newest = ours.last().map_or(0, |it| it.0);
    let missing = ours.iter().filter(|it| migrations.find(it.0).is_none()).map(|(_, row)| {
        let finding = Finding::new("history", format!("migration {} is applied to {database} and has no file", row.version));
        finding.help("bring the file back from git, or roll it back: its rollback is in the history")
    });
    let pending = migrations.list.iter().filter(|it| it.number < newest && !history.rows.contains_key(&it.version));
    let passed = pending.map(|it| {
        let message = format!("{} is applied to {database}, and this one before it is not", migrations::version(newest));
        Finding::new("history", message).about(it.file.display()).help("schemagen rebase gives it a number of its own")
    });
    edited.chain(missing).chain(passed).collect()
}

/// What happened to migrations that the base branch has: `fork` is the folder where the branch left it, `base` as it is now.
pub fn base(
    migrations: &Migrations,
    fork: &BTreeMap<String, String>,
    base: &BTreeMap<String, String>,
    name: &str,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let here = |path: &String| migrations.list.iter().find(|it| it.file == migrations.folder.join(path));
    for (path, text) in base.iter().filter(|it| migrations::parts(it.0).is_some()) {
        let file = migrations.folder.join(path);
        let number = migrations::parts(path).map_or(0, |it| it.0);
        match (here(path), fork.get(path), migrations.find(number)) {
            (Some(it), forked, _) if it.text != *text && forked.is_none_or(|forked| it.text != *forked) => found.push(
                Finding::new("base", format!("it is on {name} already and was edited"))
                    .about(file.display())
                    .help("take its text back from git, and write the change as a migration of its own"),
            ),
            (None, Some(_), _) => found.push(
                Finding::new("base", format!("it is on {name} and was deleted or renamed"))
                    .about(file.display())
                    .help("bring it back from git; undo what it does with a migration of its own"),
            ),
            (None, None, Some(taken)) => found.push(
                Finding::new("base", format!("{name} has a migration of the same number: {path}"))
                    .about(taken.file.display())
                    .help(format!("schemagen rebase --base {name}")),
            ),
            _ => {}
        }
    }
    found
}
