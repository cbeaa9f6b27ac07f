//! `schemagen status`: what is applied and what is pending.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::drift::{Compared, Drift, Expected, Told};
use super::{Session, plain};
use crate::check;
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Exit, Result};
use crate::history;

/// The result for programs.
#[derive(Debug, Serialize)]
struct Report {
    database: String,
    migrations: Vec<Item>,
    counts: BTreeMap<State, usize>,
    /// What is wrong with the folder of migrations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrong: Vec<String>,
    /// Whether the database is in another state than the newest applied migration led to; none where that cannot be told.
    drift: Option<bool>,
    /// The session of another run that is at work on the database just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_work: Option<String>,
    /// What differs.
    #[serde(flatten)]
    told: Told,
}

#[derive(Debug, Serialize)]
pub(super) struct Item {
    pub(super) version: String,
    title: String,
    applied_at: Option<String>,
    execution_ms: Option<i64>,
    pub(super) state: State,
    /// The migration after which an application must be deployed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<String>,
}

/// How a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Applied,
    /// Not applied yet.
    Pending,
    /// The file is no longer what was applied.
    Edited,
    /// Under its number another migration is applied than the file's.
    Other,
    /// Applied, and there is no file.
    Missing,
    /// Stopped half way, outside a transaction.
    Stopped,
    /// Not applied yet: it waits for a deploy.
    Held,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Applied => "applied",
            State::Pending => "pending",
            State::Edited => "edited",
            State::Other => "other",
            State::Missing => "missing",
            State::Stopped => "stopped",
            State::Held => "held",
        }
    }
}

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Status) -> Result<()> {
    let (mut session, wrong) = Session::of_what_is_there(settings).await?;
    let way_out = wrong.iter().find_map(|it| it.help.clone());
    let wrong: Vec<String> = wrong.into_iter().map(|it| it.message).collect();
    wrong.iter().for_each(|it| settings.console.warn(it));
    let at_work = history::at_work(&mut session.database, &settings.history).await.unwrap_or_default();
    let (drift, state, told) = explained(settings, &mut session).await;
    let line = line(&drift, &state);
    let migrations = items(&session);
    let counts = counts(&migrations);
    let database = settings.live()?.shown.clone();
    let report = Report { database, migrations, counts, wrong, drift: drift.flag(), at_work, told };
    let summary = summary(&report.counts);
    match settings.console.format {
        Format::Json => settings.console.json(&report)?,
        Format::Text => {
            print(settings, &report, &summary);
            next(settings, &session, &report, way_out);
            settings.console.result(&line);
            report.told.lines().iter().for_each(|it| settings.console.result(it));
            if drift == Drift::Found {
                settings
                    .console
                    .progress("Next: undo there what was done by hand, or put it into the schema folder and run schemagen diff");
            }
        }
    }
    let differs = report.drift == Some(true) || report.counts.keys().any(|it| *it != State::Applied) || !report.wrong.is_empty();
    if options.exit_code && differs {
        return Err(Error::new(format!("{summary}; {line}")).exit(Exit::Difference));
    }
    Ok(())
}

/// Whether the database is where its history says, and that in a line.
pub(super) async fn drift(settings: &Settings, session: &mut Session) -> (Drift, String) {
    let (compared, expected) = compared(settings, session).await;
    let line = line(&compared.drift, &state(&expected));
    (compared.drift, line)
}

/// The same, with the state that it should be in, and what differs: for that the migrations are replayed on a server that is started.
pub(super) async fn explained(settings: &Settings, session: &mut Session) -> (Drift, String, Told) {
    let (compared, expected) = compared(settings, session).await;
    let told = match &expected {
        Ok(it) => compared.told(settings, session, &session.migrations, it, None).await,
        Err(_) => Told::default(),
    };
    (compared.drift, state(&expected), told)
}

async fn compared(settings: &Settings, session: &mut Session) -> (Compared, std::result::Result<Expected, String>) {
    let expected = Expected::now(session, &session.migrations);
    let compared = match &expected {
        Ok(it) => it.compare(session, settings).await,
        Err(why) => Compared::unknown(why.clone()),
    };
    (compared, expected)
}

/// The state that it should be in, in words that follow "in"; empty where there is none to tell.
fn state(expected: &std::result::Result<Expected, String>) -> String {
    expected.as_ref().map(Expected::named).unwrap_or_default()
}

fn line(drift: &Drift, state: &str) -> String {
    match drift {
        Drift::None => format!("no drift: the database is in {state}"),
        Drift::Found => format!("drift: the database is not in {state}"),
        Drift::Unknown(why) => format!("drift unknown: {why}"),
    }
}

/// How each migration stands, oldest first.
pub(super) fn items(session: &Session) -> Vec<Item> {
    let (list, history) = (&session.migrations, &session.history);
    let rows: BTreeMap<u32, _> = history.ours(list).into_iter().collect();
    let edited: BTreeSet<u32> = history.edited(list).iter().map(|it| it.number).collect();
    let numbers: BTreeSet<u32> = list.list.iter().map(|it| it.number).chain(rows.keys().copied()).collect();
    let item = |number: u32| {
        let (file, row) = (list.find(number), rows.get(&number));
        let state = match (file, row) {
            (_, Some(row)) if row.statements_done.is_some() => State::Stopped,
            (Some(file), None) if history.is_held(file) => State::Held,
            (_, None) => State::Pending,
            (None, Some(_)) => State::Missing,
            (Some(file), Some(_)) if history.is_another(file) => State::Other,
            (Some(_), Some(_)) if edited.contains(&number) => State::Edited,
            (Some(_), Some(_)) => State::Applied,
        };
        let title = file.filter(|_| state != State::Other).map(|it| it.title.clone());
        let title = title.or_else(|| row.and_then(|it| it.description.clone()));
        Item {
            version: crate::migrations::version(number),
            title: title.unwrap_or_default(),
            applied_at: row.and_then(|it| it.applied_at.clone()),
            execution_ms: row.and_then(|it| it.execution_ms),
            state,
            waits_for: file.filter(|_| state == State::Held).and_then(|it| it.contract_of).map(crate::migrations::version),
        }
    };
    numbers.into_iter().map(item).collect()
}

/// How many stand how.
pub(super) fn counts(items: &[Item]) -> BTreeMap<State, usize> {
    let mut counts = BTreeMap::new();
    for it in items {
        *counts.entry(it.state).or_insert(0) += 1;
    }
    counts
}

/// `4 applied, 1 pending`
pub(super) fn summary(counts: &BTreeMap<State, usize>) -> String {
    let parts: Vec<String> = counts.iter().map(|(state, number)| format!("{number} {}", state.word())).collect();
    if parts.is_empty() { "no migrations".to_owned() } else { parts.join(", ") }
}

/// The migrations that a deploy is waited for after.
fn waits(report: &Report) -> BTreeSet<&String> {
    report.migrations.iter().filter_map(|it| it.waits_for.as_ref()).collect()
}

fn print(settings: &Settings, report: &Report, summary: &str) {
    let console = settings.console;
    console.progress(&format!("Database {}", report.database));
    if !report.migrations.is_empty() {
        console.result(&format!("{:<7}  {:<19}  {:<7}  TITLE", "VERSION", "APPLIED (UTC)", "STATE"));
    }
    for it in &report.migrations {
        let applied_at = it.applied_at.as_deref().unwrap_or("-").replace('T', " ");
        let applied_at: String = applied_at.chars().take(19).collect();
        console.result(&format!("{:<7}  {applied_at:<19}  {:<7}  {}", it.version, it.state.word(), plain(&it.title)));
    }
    console.result(summary);
    if let Some(it) = &report.at_work {
        console.result(&format!(
            "another schemagen is at work on this database just now ({it}): what is applied is about to change"
        ));
    }
    for of in waits(report) {
        console.progress(&format!("Held back until the application is deployed: then schemagen deployed {of}"));
    }
}

/// What to do next: of what needs doing, what keeps all else from being done.
fn next(settings: &Settings, session: &Session, report: &Report, way_out: Option<String>) {
    let there = |state: State| report.counts.contains_key(&state);
    let other = session.migrations.list.iter().find(|it| session.history.is_another(it));
    let first = report.migrations.iter().map(|it| it.state).find(|it| matches!(it, State::Pending | State::Held));
    let next = match way_out {
        Some(it) => it,
        None if there(State::Stopped) => {
            "schemagen apply goes on where it stopped; schemagen rollback undoes what is done".to_owned()
        }
        None if there(State::Edited) => "take the applied text of the edited files back from git".to_owned(),
        None => match other {
            Some(it) => check::instead(it),
            // What stands behind one that is held back waits with it.
            None if first == Some(State::Pending) => "schemagen apply".to_owned(),
            None => return,
        },
    };
    settings.console.progress(&format!("Next: {next}"));
}
