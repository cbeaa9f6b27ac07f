//! `schemagen rebase`: the migrations that are not merged yet get numbers after the base's newest, are proven where they stand now, and
//! are written anew under those. It works before the base is merged and after, `HEAD` and rollbacks with conflicts included.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;

use super::diff::NEWEST;
use crate::archive;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::connect;
use crate::error::{Error, Exit, Result};
use crate::fingerprint;
use crate::git::{Commit, Repository};
use crate::history::History;
use crate::kinds::Server;
use crate::migrations::{self, Migration, Migrations, folder};
use crate::output::{self, NewFile};
use crate::replay::{self, Leg};
use crate::script::Script;
use crate::shadow::Shadow;
use crate::source::Source;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report {
    base: String,
    renumbered: Vec<Renumbered>,
    written: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Renumbered {
    from: String,
    to: String,
}

/// A migration that the base does not have: as it is, and as it will be.
struct Moved {
    from: Migration,
    to: Migration,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Rebase) -> Result<()> {
    let repository = Repository::of(&settings.migrations)?;
    let commit = options.base.as_ref().map_or_else(|| repository.trunk(), |it| repository.commit(it))?;
    let there = repository.files(&commit)?;
    let base =
        Migrations::of(&settings.migrations, &there).map_err(|it| it.within(format!("the migrations of {}", commit.name)))?;
    let here = folder::read(&settings.migrations)?;
    let unmerged = unmerged(settings, &here, &there, &repository, &commit)?;
    let (server, is_known) = refuse_applied(settings, &base, &unmerged).await?;
    let mut moved = renumbered(&base, unmerged);
    if moved.iter().any(|it| it.from.number != it.to.number) {
        prove(settings, &base, &mut moved, server).await?;
        if !is_known {
            settings.console.progress("Without a database it cannot be told whether one of them is applied somewhere");
        }
    }
    let (files, gone) = changes(&base, &moved, &here, &there);
    output::write(&files)?;
    for it in &gone {
        std::fs::remove_file(it).map_err(|error| {
            Error::from(error).within(format!("cannot delete {}", it.display())).note("state: the renumbered files are written")
        })?;
    }
    report(settings, &commit, &moved, &files)
}

/// The migrations here that the base does not have, in order, each with its own rollback and log.
fn unmerged(
    settings: &Settings,
    here: &BTreeMap<String, String>,
    there: &BTreeMap<String, String>,
    repository: &Repository,
    commit: &Commit,
) -> Result<Vec<Migration>> {
    let mut names: Vec<(u32, &String)> = Vec::new();
    for name in here.keys().filter(|it| it.ends_with(".sql") && !it.contains('/')) {
        let (number, _) = migrations::parts(name).ok_or_else(|| migrations::misnamed(&settings.migrations, name))?;
        if !there.contains_key(name) {
            names.push((number, name));
        }
    }
    names.sort();
    let mut unmerged = Vec::new();
    for (_, name) in names {
        let mut migration = migrations::read_migration(&settings.migrations, name, here)?;
        let path = format!("rollbacks/{}_rollback.sql", migration.version);
        migration.rollback = own_rollback(&migration, &path, there.get(&path), repository)?;
        if migration.rollback.is_none() {
            let error = Error::new(format!("the rollback of {} cannot be found", migration.file.display()));
            let help =
                format!("{} has a file of the same name: bring yours back as {}", commit.name, migration.rollback_file.display());
            return Err(error.note("state: nothing was changed").help(help));
        }
        unmerged.push(migration);
    }
    Ok(unmerged)
}

/// The rollback of a migration, whose file another branch may have, too: by the states in its header, or by its title.
fn own_rollback(migration: &Migration, path: &str, theirs: Option<&String>, repository: &Repository) -> Result<Option<String>> {
    let schema = migration.states.as_ref().map(|(from, to)| format!("-- Schema: {to} -> {from}"));
    let heading = format!("-- Rollback of migration {}: {}", migration.version, migration.title);
    let is_own = |it: &String| match &schema {
        Some(schema) => it.lines().any(|line| line == schema),
        None => it.lines().any(|line| line == heading),
    };
    let on_disk = migration.rollback.clone().filter(|it| is_settled(it));
    if let Some(text) = on_disk.clone().filter(|it| theirs.is_none() || is_own(it)) {
        return Ok(Some(text));
    }
    let earlier = repository.earlier(path)?.into_iter().find(|it| is_settled(it) && is_own(it));
    Ok(earlier.or(on_disk.filter(|it| Some(it) != theirs)))
}

/// Whether a text holds no conflict of git's.
fn is_settled(text: &str) -> bool {
    !text.lines().any(|it| it.starts_with("<<<<<<<") || it.starts_with(">>>>>>>"))
}

/// What is applied keeps its number. Tells the server that the files are for, and whether a database was asked.
async fn refuse_applied(settings: &Settings, base: &Migrations, unmerged: &[Migration]) -> Result<(Option<u32>, bool)> {
    let Some(target) = &settings.database else { return Ok((None, false)) };
    let mut live = connect::open(target).await?;
    let server = live.server().await?;
    let history = History::read(&mut live, &settings.history).await?;
    live.close().await?;
    for it in unmerged {
        let Some(row) = history.rows.get(&it.version) else { continue };
        let merged = base.get(&it.version).is_some_and(|base| Some(&base.checksum) == row.checksum.as_ref());
        if !merged {
            let error = Error::new(format!("{} is applied to {}", it.file.display(), target.shown)).exit(Exit::Refused);
            let before = it.number.saturating_sub(1);
            return Err(error
                .note("state: nothing was changed")
                .help(format!("undo it there first: schemagen rollback --to {before}; then rebase and apply")));
        }
    }
    Ok((Some(server.major), true))
}

/// The numbers that follow the base's, in the texts too.
fn renumbered(base: &Migrations, unmerged: Vec<Migration>) -> Vec<Moved> {
    let mut previous = base.list.last().map(|it| format!("{}_{}", it.version, it.slug));
    let mut moved = Vec::new();
    let numbers: BTreeMap<String, String> =
        unmerged.iter().zip(base.newest() + 1..).map(|(it, number)| (it.version.clone(), migrations::version(number))).collect();
    for (number, from) in (base.newest() + 1..).zip(unmerged) {
        let version = migrations::version(number);
        let paths = base.paths(&version, &from.slug);
        let to = if number == from.number {
            from.clone()
        } else {
            let text = |it: &str| waiting(&with_copies(&with_number(it, &from.version, &version), &numbers), &from, number);
            let log = from.log.as_deref().map(|it| depending_on(&text(it), previous.as_deref()));
            let rollback = from.rollback.as_deref().map(text);
            Migration {
                number,
                contract_of: from.contract_of.map(|it| moved_to(it, &from, number)),
                text: text(&from.text),
                rollback,
                log,
                version,
                file: paths.migration,
                rollback_file: paths.rollback,
                log_file: paths.log,
                ..from.clone()
            }
        };
        previous = Some(format!("{}_{}", to.version, to.slug));
        moved.push(Moved { from, to });
    }
    moved
}

/// What a held-back migration waits for has moved as far as itself.
fn moved_to(waited: u32, from: &Migration, number: u32) -> u32 {
    number - (from.number - waited)
}

/// A text in which a held-back migration says what it waits for.
fn waiting(text: &str, from: &Migration, number: u32) -> String {
    let Some(old) = from.contract_of else { return text.to_owned() };
    let (old, new) = (migrations::version(old), migrations::version(moved_to(old, from, number)));
    ["-- schemagen: contract of ", "schemagen deployed "]
        .iter()
        .fold(text.to_owned(), |text, lead| text.replace(&format!("{lead}{old}"), &format!("{lead}{new}")))
}

/// A text with other numbers in the names of copies: one that a file before has made stands in it too.
fn with_copies(text: &str, numbers: &BTreeMap<String, String>) -> String {
    let lead = format!("{}.\"", archive::SCHEMA);
    let mut parts = text.split(&lead);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let moved = part.split_once('_').and_then(|(number, rest)| Some(format!("{}_{rest}", numbers.get(number)?)));
        format!("{text}{lead}{}", moved.as_deref().unwrap_or(part))
    })
}

/// A text with another number where ours hold it: in headings and in names of files.
fn with_number(text: &str, old: &str, new: &str) -> String {
    let places = [
        ("-- Migration ", ":"),
        ("-- Rollback of migration ", ":"),
        ("## Migration ", ":"),
        ("rollbacks/", "_rollback.sql"),
        ("the rollback of migration ", " is not written yet"),
        ("_name text := '", "_"),
    ];
    places
        .iter()
        .fold(text.to_owned(), |text, (lead, end)| text.replace(&format!("{lead}{old}{end}"), &format!("{lead}{new}{end}")))
}

/// A log whose migration follows another one now.
fn depending_on(log: &str, previous: Option<&str>) -> String {
    const END: &str = "` must be applied before.";
    let line = |it: &str| match (it.starts_with("- Migration `") && it.ends_with(END), previous) {
        (true, Some(previous)) => format!("- Migration `{previous}{END}"),
        _ => it.to_owned(),
    };
    let lines: Vec<String> = log.lines().map(line).collect();
    format!("{}\n", lines.join("\n"))
}

/// Runs all of them after the base's, there, back and there again, and writes down which states they lead from and to.
async fn prove(settings: &Settings, base: &Migrations, moved: &mut [Moved], major: Option<u32>) -> Result<()> {
    let script = |it: &Migration| -> Result<Leg> {
        let rollback = it.rollback.as_deref().unwrap_or_default();
        Ok(Leg { migration: it.script()?, rollback: Script::parse(&it.rollback_file.display().to_string(), rollback)? })
    };
    let before: Vec<Script> = base.list.iter().map(Migration::script).collect::<Result<_>>()?;
    let legs: Vec<Leg> = moved.iter().map(|it| script(&it.to)).collect::<Result<_>>()?;
    let mut shadow = Shadow::start(&settings.shadow_settings(), major.unwrap_or(NEWEST)).await?;
    let rules = settings.rules(&Source::default());
    let journey = replay::there_and_back(&mut shadow, &before, &legs, &rules).await?;
    let server = Server { major: shadow.major(), role: shadow.superuser().to_owned(), ..Server::default() };
    shadow.stop().await?;
    if let Some(replay::Failure { file, error }) = journey.failures.into_iter().next() {
        return Err(error.within(file).note("state: nothing was changed").help(
            "it does not follow the migrations of the base as it is: delete its files, merge the base, and let schemagen diff write it anew",
        ));
    }
    for (it, states) in moved.iter_mut().zip(journey.states.windows(2)) {
        let [from, to] = states else { continue };
        let now = (fingerprint::of(from, &server, &rules), fingerprint::of(to, &server, &rules));
        if let (Some(old), true) = (&it.from.states, it.from.number != it.to.number) {
            let schema = |text: &str, one: (&str, &str), other: (&str, &str)| {
                text.replace(&format!("-- Schema: {} -> {}", one.0, one.1), &format!("-- Schema: {} -> {}", other.0, other.1))
            };
            it.to.text = schema(&it.to.text, (&old.0, &old.1), (&now.0, &now.1));
            it.to.rollback = it.to.rollback.as_ref().map(|it| schema(it, (&old.1, &old.0), (&now.1, &now.0)));
            it.to.log = it.to.log.as_ref().map(|it| {
                it.replace(
                    &format!("Schema before: `{}`; after: `{}`", old.0, old.1),
                    &format!("Schema before: `{}`; after: `{}`", now.0, now.1),
                )
            });
            it.to.states = Some(now);
        }
        it.to.checksum = migrations::checksum(&it.to.text);
    }
    Ok(())
}

/// The files to write, and those that are no longer anyone's.
fn changes(
    base: &Migrations,
    moved: &[Moved],
    here: &BTreeMap<String, String>,
    there: &BTreeMap<String, String>,
) -> (Vec<NewFile>, Vec<PathBuf>) {
    let is_merged = base.list.last().is_none_or(|it| here.contains_key(&format!("{}_{}.sql", it.version, it.slug)));
    let mut wanted: BTreeMap<PathBuf, String> = BTreeMap::new();
    if is_merged {
        // A conflict, or our own file where the base has one of the same name.
        let left: BTreeSet<&PathBuf> =
            moved.iter().filter(|it| it.from.number != it.to.number).map(|it| &it.from.rollback_file).collect();
        let is_taken = |path: &String| here.get(path).is_some_and(|it| !is_settled(it)) || left.contains(&base.folder.join(path));
        let theirs = there.iter().filter(|it| it.0.starts_with("rollbacks/") && is_taken(it.0));
        wanted.extend(theirs.map(|(path, text)| (base.folder.join(path), text.clone())));
    }
    for Moved { to, .. } in moved {
        wanted.insert(to.file.clone(), to.text.clone());
        wanted.extend(to.rollback.clone().map(|it| (to.rollback_file.clone(), it)));
        wanted.extend(to.log.clone().map(|it| (to.log_file.clone(), it)));
    }
    let head = match (moved.last(), there.get("HEAD"), here.get("HEAD")) {
        (Some(it), _, Some(head)) if migrations::is_head_of(head, &it.to) => Some(head.clone()),
        (Some(it), ..) => Some(migrations::head(&it.to).to_string()),
        (None, head, _) => head.cloned(),
    };
    wanted.extend(head.map(|it| (base.folder.join("HEAD"), it)));
    let unchanged = |path: &PathBuf, text: &String| {
        path.strip_prefix(&base.folder).ok().and_then(|it| here.get(&it.display().to_string())) == Some(text)
    };
    let files = wanted.iter().filter(|it| !unchanged(it.0, it.1)).map(|(path, text)| NewFile::replacing(path, text)).collect();
    let old = moved.iter().flat_map(|it| [&it.from.file, &it.from.rollback_file, &it.from.log_file]);
    let gone: BTreeSet<PathBuf> = old.filter(|it| !wanted.contains_key(*it) && it.exists()).cloned().collect();
    (files, gone.into_iter().collect())
}

fn report(settings: &Settings, commit: &Commit, moved: &[Moved], files: &[NewFile]) -> Result<()> {
    let console = settings.console;
    let name = |it: &Migration| format!("{}_{}", it.version, it.slug);
    let renumbered = moved.iter().filter(|it| it.from.number != it.to.number);
    let report = Report {
        base: commit.name.clone(),
        renumbered: renumbered.map(|it| Renumbered { from: name(&it.from), to: name(&it.to) }).collect(),
        written: files.iter().map(|it| it.path.display().to_string()).collect(),
    };
    if console.format == Format::Json {
        return console.json(&report);
    }
    report.renumbered.iter().for_each(|it| console.result(&format!("{} -> {}", it.from, it.to)));
    if report.renumbered.is_empty() {
        console.progress(&format!("No migration here takes a number of {}", commit.name));
        report.written.iter().for_each(|it| console.result(it));
    } else {
        console.progress(&format!("Proved after those of {}: each leads back to where it starts, and runs again", commit.name));
    }
    if !files.is_empty() {
        console.progress("Next: git add the migrations folder; schemagen diff, if schema/ says more now");
    }
    Ok(())
}
