//! `schemagen rollback`: applied migrations are undone, newest first.

use std::time::Duration;

use serde::Serialize;

use super::drift::{self, Told};
use super::{Session, count, plain, status, terms, time};
use crate::archive;
use crate::check;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Exit, Result};
use crate::history::{self, History, Row};
use crate::migrations;
use crate::progress::Bar;
use crate::script::{self, Record, Script, Walked};

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report {
    database: String,
    dry_run: bool,
    rolled_back: Vec<Item>,
    remaining: Vec<Item>,
    /// Whether the database is in the state that is then left; none where that cannot be told.
    verified: Option<bool>,
    /// What differs.
    #[serde(flatten)]
    told: Told,
    /// What it stopped with.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

#[derive(Debug, Clone, Serialize)]
struct Item {
    version: String,
    title: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<String>,
}

/// A rollback that is ready to run.
struct Undo {
    version: String,
    title: String,
    source: String,
    text: String,
    script: Script,
    /// How many of its statements are done already, when it stopped half way.
    done: usize,
    /// How far the backfill is that it stopped in.
    position: Option<String>,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Rollback) -> Result<()> {
    let console = settings.console;
    let mut session = Session::whatever_is_wrong(settings).await?;
    let wanted = plan(&session, options)?;
    let database = settings.live()?.shown.clone();
    let mut report = Report {
        database,
        dry_run: options.dry_run,
        rolled_back: Vec::new(),
        remaining: Vec::new(),
        verified: None,
        told: Told::default(),
        error: None,
    };
    if options.dry_run {
        report.remaining = wanted.iter().map(|it| Item { sql: Some(it.text.clone()), ..item(it, None) }).collect();
        return show(settings, &report, &wanted);
    }
    if wanted.is_empty() {
        alone(settings, &mut session, options, &wanted).await?;
        console.progress("Nothing to roll back");
        return print(settings, &report);
    }
    if options.to.is_none() {
        older(&session, &wanted)?;
    }
    for undo in &wanted {
        let from = if undo.done > 0 { format!(", from statement {} on", undo.done + 1) } else { String::new() };
        console.progress(&format!("Undoing {} {} ({}{from})", undo.version, plain(&undo.title), undo.source));
    }
    warn_of_edits(settings, &session, &wanted);
    if !options.yes {
        let question = format!("roll back {} on {}", count(wanted.len()), report.database);
        console.confirm(&question, "schemagen rollback --yes").await?;
    }
    alone(settings, &mut session, options, &wanted).await?;
    let mut failure = None;
    for (position, undo) in wanted.iter().enumerate() {
        match roll_back(settings, &mut session, undo).await {
            Ok(took) => report.rolled_back.push(item(undo, Some(took.as_millis()))),
            Err(error) => {
                report.remaining = wanted[position..].iter().map(|it| item(it, None)).collect();
                failure = Some(if wanted.len() == 1 { error } else { error.note(summary(&report)) });
                break;
            }
        }
    }
    if failure.is_none() {
        (report.verified, report.told) = verify(settings, &mut session).await;
    }
    report.error.clone_from(&failure);
    print(settings, &report)?;
    failure.map_or(Ok(()), Err)
}

/// Waits until nobody else is at work. What is to be undone must still be the same.
async fn alone(settings: &Settings, session: &mut Session, options: &cli::Rollback, wanted: &[Undo]) -> Result<()> {
    session.lock(settings).await?;
    if plan(session, options)?.iter().map(|it| &it.version).eq(wanted.iter().map(|it| &it.version)) {
        return Ok(());
    }
    let error = Error::new("another run has changed what is applied");
    Err(error.note("state: nothing was changed").help("look at schemagen status and try again"))
}

/// The rollbacks to run, newest first, all of them read and parsed before the first one runs.
fn plan(session: &Session, options: &cli::Rollback) -> Result<Vec<Undo>> {
    let ours = session.history.ours(&session.migrations);
    if let Some(to) = options.to
        && to != 0
        && !ours.iter().any(|it| it.0 == to)
    {
        let error = Error::new(format!("migration {} is not applied", migrations::version(to)));
        return Err(error.help("--to takes the version to stay at; 0 undoes all; schemagen status shows what is applied"));
    }
    let steps = options.steps.map_or(1, |it| usize::try_from(it).unwrap_or(usize::MAX));
    let newest_first = ours.iter().rev();
    let wanted: Vec<&Row> = match options.to {
        Some(to) => newest_first.take_while(|it| it.0 > to).map(|it| it.1).collect(),
        None => newest_first.take(steps).map(|it| it.1).collect(),
    };
    let (found, missing): (Vec<_>, Vec<_>) =
        wanted.into_iter().map(|row| (row, text(session, row))).partition(|it| it.1.is_some());
    if let Some((row, _)) = missing.first() {
        let versions: Vec<&str> = missing.iter().map(|it| it.0.version.as_str()).collect();
        let file = session.migrations.paths(&row.version, "").rollback;
        let error = Error::new(format!(
            "there is no rollback of {}, neither beside its migration nor in the history",
            versions.join(", ")
        ));
        let help = match file.exists() {
            // It may be another's.
            true => format!("bring the file of migration {} back from git: {} goes with it", row.version, file.display()),
            false => format!("write {}", file.display()),
        };
        return Err(error.note("state: nothing was changed").help(help));
    }
    let undo = |(row, text): (&Row, Option<(String, String)>)| {
        let (source, text) = text.unwrap_or_default();
        let script = Script::parse(&source, &text)?;
        // Where the text is another one, the count means nothing.
        let done = row.rollback_done.filter(|_| row.rollback.as_ref() == Some(&text));
        let position = row.backfill.clone().filter(|_| done.is_some());
        let (version, title, done) = (row.version.clone(), title(session, row), done.unwrap_or(0));
        Ok(Undo { version, title, source, text, script, done, position })
    };
    found.into_iter().map(undo).collect()
}

/// What was there before the first migration was run goes only by name: with it go all its rows, and nothing brings them back.
fn older(session: &Session, wanted: &[Undo]) -> Result<()> {
    let was_run = |it: &Row| it.execution_ms.is_some() || it.fingerprint.is_none() || it.statements_done.is_some();
    let row = |it: &Undo| session.history.rows.get(&it.version).is_some_and(|it| !was_run(it) && it.rollback_done.is_none());
    let Some(undo) = wanted.iter().find(|it| row(it)) else { return Ok(()) };
    let what = format!("{} {} is what was there before schemagen: it was recorded, not run", undo.version, plain(&undo.title));
    let error = Error::new(what).exit(Exit::Refused).note("its rollback drops all of that, with every row; nothing is kept");
    Err(error.note("state: nothing was changed").help("if that is meant: schemagen rollback --to 0"))
}

/// Where a rollback is from, and what it says: the file, or the copy that was stored when the migration was applied. A file whose
/// migration is gone may be another's, and one beside a migration that is no longer what was applied may not undo that.
fn text(session: &Session, row: &Row) -> Option<(String, String)> {
    let stored = || Some((format!("the stored rollback of {}", row.version), row.rollback.clone()?));
    let migration = session.migrations.get(&row.version).filter(|it| !session.history.is_another(it));
    let file = || migration.and_then(|it| Some((it.rollback_file.display().to_string(), it.rollback.clone()?)));
    match migration.is_some_and(|it| row.checksum.as_ref().is_none_or(|checksum| *checksum == it.checksum)) {
        true => file().or_else(stored),
        false => stored().or_else(file),
    }
}

fn title(session: &Session, row: &Row) -> String {
    let file = session.migrations.get(&row.version).filter(|it| !session.history.is_another(it)).map(|it| it.title.clone());
    file.or_else(|| row.description.clone()).unwrap_or_default()
}

/// An edited migration is no reason to refuse: its rollback is the way out.
fn warn_of_edits(settings: &Settings, session: &Session, wanted: &[Undo]) {
    for it in session.history.edited(&session.migrations) {
        if wanted.iter().any(|undo| undo.version == it.version) {
            let what = match session.history.is_another(it) {
                true => format!("{}; that is undone", check::another(&session.history, it)),
                false => "was edited after it had been applied; what is undone is what was applied".to_owned(),
            };
            settings.console.warn(&format!("{} {what}", it.file.display()));
        }
    }
    for undo in wanted {
        let stored = session.history.rows.get(&undo.version).and_then(|it| it.rollback.as_ref());
        if stored.is_some_and(|it| *it != undo.text) {
            settings
                .console
                .warn(&format!("{} is another text than when {} was applied; it is what runs", undo.source, undo.version));
        }
    }
}

/// One rollback; the row goes with it.
async fn roll_back(settings: &Settings, session: &mut Session, undo: &Undo) -> Result<Duration> {
    let console = settings.console;
    let bar = Bar::new(console);
    let (notify, progress) = (|line: &str| bar.say(line), |it: &Walked| bar.walked(it));
    let warn = |line: &str| console.warn(line);
    let forget = history::forget(&settings.history, &undo.version);
    session.stop_with_us().await;
    session.see_all_rows().await?;
    let history = &session.history;
    let step = |done: usize| history.undone(&settings.history, &undo.version, done);
    let at = |position: &str| history::walked(&settings.history, &undo.version, position);
    let position = undo.position.as_deref();
    let record = Record { start: undo.done, position, step: &step, at: &at, done: &|_| forget.clone() };
    let result = script::run_with(&undo.script, &mut session.database, &terms(&notify, &progress, &warn), &record).await;
    let took = result.map_err(|error| match undo.script.transactional {
        true => error,
        false => error.help("remove the cause and go on where it stopped: schemagen rollback"),
    })?;
    // Only told: whether it can be read changes nothing about what was done.
    for it in archive::kept_since(&mut session.database, &undo.version).await.unwrap_or_default() {
        console.progress(&format!("Kept: {it} holds what was written since {}", undo.version));
    }
    if console.format == Format::Text {
        console.result(&format!("rolled back {} {} ({})", undo.version, plain(&undo.title), time(took)));
    }
    Ok(took)
}

/// Says whether the database is where it was before what was undone. It is read only: whether that succeeds changes nothing.
async fn verify(settings: &Settings, session: &mut Session) -> (Option<bool>, Told) {
    match History::read(&mut session.database, &settings.history).await {
        Ok(it) => session.history = it,
        Err(_) => return (None, Told::default()),
    }
    let (drift, state, told) = status::explained(settings, session).await;
    drift::say(settings, &drift, &state, format!("after the rollback: the database is not in {state}"), &told);
    (drift.flag().map(|it| !it), told)
}

fn summary(report: &Report) -> String {
    let versions = |items: &[Item]| items.iter().map(|it| it.version.clone()).collect::<Vec<_>>().join(", ");
    let done = if report.rolled_back.is_empty() { "nothing".to_owned() } else { versions(&report.rolled_back) };
    format!("state: rolled back: {done}; still applied: {}", versions(&report.remaining))
}

fn item(undo: &Undo, execution_ms: Option<u128>) -> Item {
    Item { version: undo.version.clone(), title: undo.title.clone(), source: undo.source.clone(), execution_ms, sql: None }
}

/// The SQL that would run.
fn show(settings: &Settings, report: &Report, wanted: &[Undo]) -> Result<()> {
    let console = settings.console;
    if console.format == Format::Json {
        return console.json(report);
    }
    if wanted.is_empty() {
        console.progress("Nothing to roll back");
    }
    for undo in wanted {
        console.result(&format!("-- {}\n{}", undo.source, undo.text.trim_end()));
    }
    Ok(())
}

fn print(settings: &Settings, report: &Report) -> Result<()> {
    match settings.console.format {
        Format::Json => settings.console.json(report),
        Format::Text => Ok(()),
    }
}
