//! `schemagen apply`: pending migrations, in order, each recorded in its own transaction.

use std::time::Duration;

use serde::Serialize;

use super::drift::{Drift, Told};
use super::{Session, count, edited, plain, terms, time};
use crate::archive;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Exit, Result};
use crate::history::{self, History, Progress};
use crate::migrations::{self, Migration, Migrations};
use crate::progress::Bar;
use crate::script::{self, Record, Script, Walked};
use crate::sql;

use verify::Before;

mod verify;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    database: &'a str,
    dry_run: bool,
    applied: Vec<Item<'a>>,
    pending: Vec<Item<'a>>,
    /// What waits for a deploy, and what is behind that.
    held: Vec<Item<'a>>,
    /// Whether the database is in the state that the migrations lead to; none where that cannot be told.
    verified: Option<bool>,
    /// What differed before, or else after.
    #[serde(flatten)]
    told: Told,
    /// What it stopped with.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    version: &'a str,
    title: &'a str,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
    /// It was not run: the database was in its state already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    recorded: bool,
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Apply) -> Result<()> {
    let console = settings.console;
    let mut session = Session::open(settings).await?;
    let list = std::mem::take(&mut session.migrations);
    let all = match is_going_back(&session) {
        false => pending(settings, &session, &list, options.to)?,
        // It may be running just now.
        true => {
            let before: Vec<&Migration> = list.list.iter().filter(|it| !session.history.rows.contains_key(&it.version)).collect();
            alone(settings, &mut session, &list, options.to, &before).await?
        }
    };
    let (wanted, held) = released(settings, &session, all.clone(), options.to)?;
    let scripts: Vec<(&Migration, Script)> = wanted.into_iter().map(|it| Ok((it, it.script()?))).collect::<Result<_>>()?;
    let mut report = Report {
        database: &settings.live()?.shown,
        dry_run: options.dry_run,
        applied: Vec::new(),
        pending: Vec::new(),
        held: held.into_iter().map(|it| item(it, None, false)).collect(),
        verified: None,
        told: Told::default(),
        error: None,
    };
    if options.dry_run {
        report.pending = scripts.iter().map(|it| item(it.0, None, true)).collect();
        return show(settings, &report, &scripts);
    }
    if scripts.is_empty() {
        alone(settings, &mut session, &list, options.to, &all).await?;
        console.progress("Nothing to apply: no migration is pending");
        return print(settings, &report);
    }
    announce(settings, &session, &list, &scripts);
    let mut before = None;
    if !options.yes {
        // Who answers must know it.
        before = Some(verify::before(settings, &mut session, &list, &migrations_of(&scripts)).await);
        let question = format!("apply {} to {}", count(scripts.len()), report.database);
        console.confirm(&question, "schemagen apply --yes").await?;
    }
    let still = alone(settings, &mut session, &list, options.to, &all).await?;
    let asked = scripts.len();
    let mut scripts: Vec<_> = scripts.into_iter().filter(|it| still.contains(&it.0)).collect();
    if scripts.is_empty() {
        console.progress("Nothing is left to apply: another run has done it");
    }
    let Before { drift: before, told, there } = match before {
        Some(it) if scripts.len() == asked => it,
        _ => verify::before(settings, &mut session, &list, &migrations_of(&scripts)).await,
    };
    report.told = told;
    report.verified = (there > 0).then_some(true);
    for (migration, _) in scripts.drain(..there) {
        report.applied.push(record(settings, &mut session, migration).await?);
    }
    let mut failure = None;
    for (position, (migration, script)) in scripts.iter().enumerate() {
        match apply(settings, &mut session, migration, script).await {
            Ok(took) => report.applied.push(item(migration, Some(took), false)),
            Err(error) => {
                report.pending = scripts[position..].iter().map(|it| item(it.0, None, false)).collect();
                failure = Some(if scripts.len() == 1 && there == 0 { error } else { error.note(summary(&report)) });
                break;
            }
        }
    }
    if let (None, Some((last, _))) = (&failure, scripts.last()) {
        let (compared, told) = verify::after(settings, &mut session, &list, last, &before).await;
        report.verified = compared.drift.flag().map(|it| !it);
        if before != Drift::Found {
            report.told = told;
        }
        // Its file does not say where it leads: what is there is recorded, unless something else had a part in it.
        if let (Drift::Unknown(_), Some(found), false) = (&compared.drift, compared.fingerprint(), before == Drift::Found) {
            session.database.run(&history::led_to(&settings.history, &last.version, &found)).await?;
        }
    }
    report.error.clone_from(&failure);
    print(settings, &report)?;
    failure.map_or(Ok(()), Err)
}

/// Whether a rollback without a transaction has begun and not ended.
fn is_going_back(session: &Session) -> bool {
    session.history.rows.values().any(|it| it.rollback_done.is_some_and(|done| done > 0))
}

/// What is pending once nobody else is at work. What was rolled back meanwhile is not applied again unasked: somebody wanted it away.
async fn alone<'a>(
    settings: &Settings,
    session: &mut Session,
    list: &'a Migrations,
    to: Option<u32>,
    before: &[&Migration],
) -> Result<Vec<&'a Migration>> {
    session.lock(settings).await?;
    let still = pending(settings, session, list, to)?;
    let undone: Vec<&str> = still.iter().filter(|it| !before.contains(it)).map(|it| it.version.as_str()).collect();
    if undone.is_empty() {
        return Ok(still);
    }
    let error = Error::new(format!("another run has just rolled back {}", undone.join(", ")));
    Err(error.note("state: nothing was changed").help("look at schemagen status; if it is to be applied again: schemagen apply"))
}

/// The migrations without a row, up to the one asked for.
fn pending<'a>(settings: &Settings, session: &Session, list: &'a Migrations, to: Option<u32>) -> Result<Vec<&'a Migration>> {
    if let Some(it) = session.history.edited(list).first() {
        return Err(edited(settings, &session.history, it));
    }
    if let Some(row) = session.history.rows.values().find(|it| it.rollback_done.is_some_and(|done| done > 0)) {
        let error = Error::new(format!("the rollback of {} stopped half way", row.version));
        return Err(error.help("finish it first: schemagen rollback"));
    }
    let last = to.unwrap_or(u32::MAX);
    if let Some(number) = to
        && list.find(number).is_none()
    {
        let newest = list.list.last().map_or("it is empty".to_owned(), |it| format!("the newest is {}", it.version));
        return Err(Error::new(format!(
            "there is no migration {} in {}: {newest}",
            migrations::version(number),
            list.folder.display()
        )));
    }
    let newest = session.history.ours(list).last().map_or(0, |it| it.0);
    let found: Vec<&Migration> = list.list.iter().filter(|it| it.number <= last && !session.history.is_applied(it)).collect();
    if found.is_empty() && newest > last {
        let error =
            Error::new(format!("the database is at {} already, past {}", migrations::version(newest), migrations::version(last)));
        return Err(error.help(format!("to go back: schemagen rollback --to {}", migrations::version(last))));
    }
    Ok(found)
}

/// Those before the first that waits for a deploy. It is an error only where that one was asked for.
fn released<'a>(
    settings: &Settings,
    session: &Session,
    wanted: Vec<&'a Migration>,
    to: Option<u32>,
) -> Result<(Vec<&'a Migration>, Vec<&'a Migration>)> {
    let Some(place) = wanted.iter().position(|it| session.history.is_held(it)) else { return Ok((wanted, Vec::new())) };
    let (held, behind) = (wanted[place], wanted.len() - place - 1);
    let after = migrations::version(held.contract_of.unwrap_or_default());
    let what =
        format!("{} {} is held back until the application is deployed that follows on {after}", held.version, plain(&held.title));
    if to.is_some() {
        let error = Error::new(what).exit(Exit::Refused).note("state: nothing was changed");
        return Err(error.help(format!("when it is deployed: schemagen deployed {after}; then apply again")));
    }
    let others = if behind == 0 { String::new() } else { format!(", and with it {} after it", count(behind)) };
    settings.console.warn(&format!("{what}{others}; when it is: schemagen deployed {after}"));
    Ok((wanted[..place].to_vec(), wanted[place..].to_vec()))
}

/// What is about to happen, and what is odd about it.
fn announce(settings: &Settings, session: &Session, list: &Migrations, scripts: &[(&Migration, Script)]) {
    let console = settings.console;
    let newest = session.history.ours(list).into_iter().rfind(|it| it.1.statements_done.is_none()).map_or(0, |it| it.0);
    if newest > list.newest() {
        console.warn(&format!("the database is at {}, which is not in {}", migrations::version(newest), list.folder.display()));
    }
    for (migration, script) in scripts {
        let done = session.history.statements_done(migration);
        let mode = match (script.transactional, done) {
            (true, _) => String::new(),
            (false, 0) => ", without a transaction".to_owned(),
            (false, _) => format!(", without a transaction, from statement {} on", done + 1),
        };
        console.progress(&format!("Pending {} {} ({}{mode})", migration.version, plain(&migration.title), statements(script)));
        if migration.number < newest {
            console.warn(&format!("{} comes before {}, which is applied", migration.version, migrations::version(newest)));
        }
    }
}

fn statements(script: &Script) -> String {
    if script.statements.len() == 1 { "1 statement".to_owned() } else { format!("{} statements", script.statements.len()) }
}

/// One migration and its row. The history is read again after, as its table may be new.
async fn apply(settings: &Settings, session: &mut Session, migration: &Migration, script: &Script) -> Result<u128> {
    let console = settings.console;
    let (table, history) = (&settings.history, &session.history);
    let fingerprint = migration.states.as_ref().map(|it| it.1.clone());
    let start = history.statements_done(migration);
    let bar = Bar::new(console);
    let (notify, progress) = (|line: &str| bar.say(line), |it: &Walked| bar.walked(it));
    let warn = |line: &str| console.warn(line);
    let position = history.rows.get(&migration.version).and_then(|it| it.backfill.clone()).filter(|_| !script.transactional);
    console.progress(&format!("Applying {} {}", migration.version, plain(&migration.title)));
    let history = history.clone();
    session.stop_with_us().await;
    session.see_all_rows().await?;
    let record = Record {
        start,
        position: position.as_deref(),
        at: &|it| history::walked(table, &migration.version, it),
        step: &|done| history.record(table, migration, Progress::Stopped(done)),
        done: &|took| history.record(table, migration, Progress::Done(Some(took), fingerprint.as_deref())),
    };
    let result = script::run_with(script, &mut session.database, &terms(&notify, &progress, &warn), &record).await;
    let took = result.map_err(|error| match script.transactional {
        true => there_already(error, migration, &table.path()),
        false => way_out(error, migration),
    })?;
    session.history = History::read(&mut session.database, table).await?;
    // Only told: whether it can be read changes nothing about what was done.
    for it in archive::kept_since(&mut session.database, &migration.version).await.unwrap_or_default() {
        console.progress(&format!("Note: {it} holds what was written before {} was rolled back", migration.version));
    }
    if console.format == Format::Text {
        let estimated = estimated(&migration.text).map_or(String::new(), |it| format!("; estimated: {it}"));
        console.result(&format!("applied {} {} ({}{estimated})", migration.version, plain(&migration.title), time(took)));
    }
    Ok(took.as_millis())
}

/// A migration that leads to what is there.
async fn record<'a>(settings: &Settings, session: &mut Session, migration: &'a Migration) -> Result<Item<'a>> {
    let state = migration.states.as_ref().map(|it| it.1.as_str());
    let record = session.history.record(&settings.history, migration, Progress::Done(Some(Duration::ZERO), state));
    session.database.run(&record).await?;
    session.history = History::read(&mut session.database, &settings.history).await?;
    if settings.console.format == Format::Text {
        settings.console.result(&format!("recorded {} {}", migration.version, plain(&migration.title)));
    }
    Ok(Item { recorded: true, ..item(migration, None, false) })
}

fn migrations_of<'a>(scripts: &[(&'a Migration, Script)]) -> Vec<&'a Migration> {
    scripts.iter().map(|it| it.0).collect()
}

/// How long the migration's header says it takes.
fn estimated(text: &str) -> Option<String> {
    let line = script::header(text).find_map(|it| it.strip_prefix("-- Estimated time:"))?.trim();
    (!line.is_empty()).then(|| plain(line))
}

/// After a failure outside a transaction the database stands between two states.
fn way_out(error: Error, migration: &Migration) -> Error {
    let undo = match &migration.rollback {
        Some(_) => "to undo what is done of it: schemagen rollback".to_owned(),
        None => format!("to undo what is done of it, write {}", migration.rollback_file.display()),
    };
    let ways = if is_there_already(&error) {
        "something else made it: take that away, or give it another name, and go on where it stopped: schemagen apply; a rollback would \
         take it away too"
            .to_owned()
    } else {
        format!("remove the cause and go on where it stopped: schemagen apply; {undo}")
    };
    let help = error.help.as_ref().map_or(ways.clone(), |it| format!("{it}\n{ways}"));
    error.help(help)
}

/// What a migration makes may be there because someone made it by hand, or because the history lost its row.
fn there_already(error: Error, migration: &Migration, history: &str) -> Error {
    if !is_there_already(&error) {
        return error;
    }
    let Migration { version, title, checksum, .. } = migration;
    let values = [version, title, checksum].map(|it| sql::literal(it)).join(", ");
    error.help(format!(
        "something else made it. Where it is not meant to be there, take it away and apply again; where all of {version} is there \
         already, write down that it is applied:\nINSERT INTO {history} (version, description, checksum) VALUES ({values});"
    ))
}

fn is_there_already(error: &Error) -> bool {
    matches!(error.sqlstate.as_deref(), Some("42P06" | "42P07" | "42701" | "42710" | "42723"))
}

/// What is true after a failure.
fn summary(report: &Report<'_>) -> String {
    let versions = |items: &[Item<'_>]| items.iter().map(|it| it.version).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    if !report.applied.is_empty() {
        parts.push(format!("applied: {}", versions(&report.applied)));
    }
    if let Some((failed, rest)) = report.pending.split_first() {
        parts.push(format!("failed: {}", failed.version));
        if !rest.is_empty() {
            parts.push(format!("not tried: {}", versions(rest)));
        }
    }
    format!("state: {}", parts.join("; "))
}

fn item<'a>(migration: &'a Migration, execution_ms: Option<u128>, with_sql: bool) -> Item<'a> {
    let sql = with_sql.then_some(migration.text.as_str());
    Item {
        version: &migration.version,
        title: &migration.title,
        file: migration.file.display().to_string(),
        execution_ms,
        estimated: estimated(&migration.text),
        sql,
        recorded: false,
    }
}

/// The SQL that would run.
fn show(settings: &Settings, report: &Report<'_>, scripts: &[(&Migration, Script)]) -> Result<()> {
    let console = settings.console;
    if console.format == Format::Json {
        return console.json(report);
    }
    if scripts.is_empty() {
        console.progress("Nothing to apply: no migration is pending");
    }
    for (migration, _) in scripts {
        console.result(&format!("-- {}\n{}", migration.file.display(), migration.text.trim_end()));
    }
    Ok(())
}

fn print(settings: &Settings, report: &Report<'_>) -> Result<()> {
    match settings.console.format {
        Format::Json => settings.console.json(report),
        Format::Text => Ok(()),
    }
}
