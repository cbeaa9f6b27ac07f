//! The verbs, one file each: a verb reads as the list of stages it runs.

use std::time::Duration;

use crate::amount::counted;
use crate::cli::Command;
use crate::config::Settings;
use crate::connect;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::history::{self, History};
use crate::lint::Level;
use crate::migrations::{Migration, Migrations, folder};
use crate::script::{Pace, Terms, Walked};

pub mod apply;
mod attach;
mod by_hand;
pub mod calibrate;
pub mod check;
pub mod dashboard;
pub mod deployed;
pub mod diff;
mod drift;
pub mod explain;
pub mod health;
pub mod init;
pub mod lint;
pub mod new;
pub mod purge;
mod questions;
pub mod rebase;
mod refused;
pub mod rollback;
pub mod status;
mod strategy;
mod weigh;

/// Runs one verb.
pub async fn run(settings: &Settings, command: &Command) -> Result<()> {
    match command {
        Command::Init(options) => init::run(settings, options).await,
        Command::Diff(options) => diff::run(settings, options).await,
        Command::Apply(options) => apply::run(settings, options).await,
        Command::Rollback(options) => rollback::run(settings, options).await,
        Command::Status(options) => status::run(settings, options).await,
        Command::Check(options) => check::run(settings, options).await,
        Command::Rebase(options) => rebase::run(settings, options).await,
        Command::Dashboard(options) => dashboard::run(settings, options).await,
        Command::Health(options) => health::run(settings, options).await,
        Command::Calibrate => calibrate::run(settings).await,
        Command::Deployed(options) => deployed::run(settings, options).await,
        Command::Purge(options) => purge::run(settings, options).await,
        Command::New(options) => new::run(settings, options),
        Command::Lint(options) => lint::run(settings, options).await,
        Command::Explain(options) => explain::run(settings, options),
    }
}

/// The migrations folder beside the database it is for.
struct Session {
    migrations: Migrations,
    database: Database,
    history: History,
}

impl Session {
    async fn open(settings: &Settings) -> Result<Session> {
        settings.live()?;
        Session::with(settings, Migrations::read(&settings.migrations)?).await
    }

    /// The same with a folder that need not be in order, for what needs only the files that are there; and what is wrong with it.
    async fn of_what_is_there(settings: &Settings) -> Result<(Session, Vec<Error>)> {
        settings.live()?;
        let files = folder::read(&settings.migrations)?;
        let (migrations, wrong) = Migrations::of_what_is_there(&settings.migrations, &files)?;
        Ok((Session::with(settings, migrations).await?, wrong))
    }

    /// The same, with a warning for what is wrong with it.
    async fn whatever_is_wrong(settings: &Settings) -> Result<Session> {
        let (session, wrong) = Session::of_what_is_there(settings).await?;
        wrong.iter().for_each(|it| settings.console.warn(&format!("{}; it is not needed here", it.message)));
        Ok(session)
    }

    async fn with(settings: &Settings, migrations: Migrations) -> Result<Session> {
        let target = settings.live()?;
        let mut database = connect::open(target).await?;
        let history = History::read(&mut database, &settings.history).await?;
        Ok(Session { migrations, database, history })
    }

    /// Keeps other runs out and reads the history again, as one may have just ended.
    async fn lock(&mut self, settings: &Settings) -> Result<()> {
        history::lock(&mut self.database, &settings.history, |it| settings.console.progress(it)).await?;
        self.history = History::read(&mut self.database, &settings.history).await?;
        Ok(())
    }

    /// Has the server stop a statement when we are gone: by itself it would finish first. Not every platform's server can
    /// (14: Linux only), and it is no reason to fail.
    async fn stop_with_us(&mut self) {
        let _ = self.database.run("SET client_connection_check_interval = '1s'").await;
    }

    /// What would be done to some rows only, as row security is forced on the owner too, fails instead: a copy for the rollback that
    /// lacks rows would lose them.
    async fn see_all_rows(&mut self) -> Result<()> {
        self.database.run("SET row_security = off").await
    }
}

/// How patient we are with locks on a live database.
fn terms<'a>(
    notify: &'a (dyn Fn(&str) + Sync),
    progress: &'a (dyn Fn(&Walked) + Sync),
    warn: &'a (dyn Fn(&str) + Sync),
) -> Terms<'a> {
    let (lock_timeout, second) = (Some(Duration::from_secs(5)), Duration::from_secs(1));
    Terms { lock_timeout, retries: 5, pause: second, telling: Some(second), pace: Pace::considerate(), notify, progress, warn }
}

/// An applied file that is no longer what was applied: what to do about it.
fn edited(settings: &Settings, history: &History, migration: &Migration) -> Error {
    let file = migration.file.display();
    if history.is_another(migration) {
        let error = Error::new(format!("{file} {}", crate::check::another(history, migration)));
        return error.note("state: nothing was changed").help(crate::check::instead(migration));
    }
    if history.statements_done(migration) > 0 {
        let error = Error::new(format!("{file} was edited after it had been applied in part"));
        return error.help("undo what is done of it with the text that was applied: schemagen rollback; then apply it again");
    }
    Error::new(format!("{file} was edited after it had been applied"))
        .help("take the applied text back from git, and let schemagen diff write the change as a migration of its own")
        .note(format!(
            "if the database already is what the file now says (an edited comment), accept the file:\nUPDATE {} SET checksum = '{}' WHERE version = '{}';",
            settings.history.path(),
            migration.checksum,
            migration.version
        ))
}

/// A run that fails because of what it found: `lint: 2 findings of level warning or above`.
fn found(by: &str, count: usize, least: Level) -> Error {
    Error::new(format!("{by}: {} of level {} or above", counted(count, "finding", "findings"), least.word()))
}

/// A duration for people.
fn time(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f32())
    }
}

/// `1 migration`, `2 migrations`
fn count(number: usize) -> String {
    counted(number, "migration", "migrations")
}

/// A text without the control characters that would move a terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
