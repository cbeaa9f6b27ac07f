//! A script runs: in one transaction, or statement by statement. A lock that does not come is waited for again, a bounded number
//! of times; the order of statements never changes.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::failed::{explain, helped, is_transient, state};
use super::waiting::{self, Session};
use super::walk::Failure as Stop;
use super::{Backfill, Company, Pace, Script, ScriptStatement, Walked, leftovers, walk};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::notices;

/// What a migration may have set for its session and what must not reach the next one.
const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

/// The place of a backfill, where the statement is none but waits for others: it was sent.
const TRIED: &str = "\"tried\"";

/// Where a statement has run, and what is behind it fails.
const COMMITTING: &str = "at its commit, together with the note that it is done";

/// How patient to be with locks, and who is told.
pub struct Terms<'a> {
    /// PostgreSQL's `lock_timeout` for statements that do not set it themselves.
    pub lock_timeout: Option<Duration>,
    /// How often to try again.
    pub retries: u32,
    /// The wait before the first new attempt; it doubles.
    pub pause: Duration,
    /// After how long it is told whom a statement waits for; `None`: never.
    pub telling: Option<Duration>,
    /// How fast backfills go.
    pub pace: Pace,
    /// Hears what is going on.
    pub notify: &'a (dyn Fn(&str) + Sync),
    /// Hears how far a backfill is.
    pub progress: &'a (dyn Fn(&Walked) + Sync),
    /// Hears what the server warns of.
    pub warn: &'a (dyn Fn(&str) + Sync),
}

impl Terms<'_> {
    /// For a database of our own: no timeouts, no second attempts.
    pub fn patient() -> Terms<'static> {
        let (silent, progress) = (&|_: &str| {}, &|_: &Walked| {});
        let pace = Pace::alone();
        Terms {
            lock_timeout: None,
            retries: 0,
            pause: Duration::ZERO,
            telling: None,
            pace,
            notify: silent,
            progress,
            warn: silent,
        }
    }
}

/// How a run is written down. Empty SQL writes nothing.
pub struct Record<'a> {
    /// The statements that are done already, outside a transaction.
    pub start: usize,
    /// How far the backfill is that stopped as the one after them.
    pub position: Option<&'a str>,
    /// The SQL that says how many statements are done, outside a transaction; and that no backfill is under way.
    pub step: &'a (dyn Fn(usize) -> String + Sync),
    /// The SQL that says how far a backfill is.
    pub at: &'a (dyn Fn(&str) -> String + Sync),
    /// The SQL that says that all are done, in that time; part of the transaction where there is one.
    pub done: &'a (dyn Fn(Duration) -> String + Sync),
}

/// Runs a script. On failure the error names file and line, and says what is true of the database now.
pub async fn run(script: &Script, database: &mut Database) -> Result<()> {
    let record = Record { start: 0, position: None, step: &|_| String::new(), at: &|_| String::new(), done: &|_| String::new() };
    run_with(script, database, &Terms::patient(), &record).await.map(drop)
}

/// Runs a script and writes down that it ran; tells how long its statements took.
pub async fn run_with(script: &Script, database: &mut Database, terms: &Terms<'_>, record: &Record<'_>) -> Result<Duration> {
    let session = Session::of(database, terms).await?;
    notices::take(); // what was before is not of this script
    let run = Run { script, session, terms, record };
    if !script.transactional {
        return run.one_by_one(database).await;
    }
    let mut attempt = 0;
    loop {
        match run.transaction(database).await {
            Err(failure) if failure.is_transient && attempt < terms.retries => {
                attempt += 1;
                wait(terms, attempt, &failure.error).await;
            }
            result => return result.map_err(|it| it.error),
        }
    }
}

/// An error, and whether the same statements may succeed when they are sent again.
struct Failure {
    error: Error,
    is_transient: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { error, is_transient: false }
    }
}

/// A script on its way, and who is told of it.
#[derive(Clone, Copy)]
struct Run<'a> {
    script: &'a Script,
    session: Option<Session>,
    terms: &'a Terms<'a>,
    record: &'a Record<'a>,
}

impl Run<'_> {
    async fn transaction(self, database: &mut Database) -> std::result::Result<Duration, Failure> {
        let Run { script, session, terms, record } = self;
        let start = Instant::now();
        let ours = terms.lock_timeout.filter(|_| !script.statements.iter().any(|it| it.sets_lock_timeout));
        let lock_timeout = ours.map_or(String::new(), |it| format!("; SET LOCAL lock_timeout = {}", it.as_millis()));
        database.run(&format!("BEGIN{lock_timeout}")).await?;
        for statement in &script.statements {
            if let Err(error) = waiting::run(&statement.sql, database, session, terms).await {
                let is_transient = is_transient(&error);
                let failed = explain(script, statement, error);
                let undone = database.run("ROLLBACK").await.is_ok();
                let state = if undone {
                    "state: nothing was changed: the transaction was rolled back"
                } else {
                    "state: the connection is gone: the server rolls the transaction back"
                };
                return Err(Failure { error: failed.note(state), is_transient: is_transient && undone });
            }
            heard(script, statement, terms);
        }
        let took = start.elapsed();
        let last = format!("{RESET}; {}", (record.done)(took));
        if let Err(error) = database.run(&last).await {
            database.run("ROLLBACK").await?;
            let error = error.within(format!("{}: its statements ran, but it cannot be recorded as applied", script.file));
            return Err(error.note("state: nothing was changed: the transaction was rolled back").into());
        }
        match database.try_run("COMMIT").await {
            Ok(()) => Ok(took),
            // Deferred constraints are checked here.
            Err(error @ sqlx::Error::Database(_)) => {
                let is_transient = is_transient(&error);
                let error = Error::from(error).within(format!("{}: at COMMIT", script.file));
                Err(Failure { error: error.note("state: nothing was changed: the transaction was rolled back"), is_transient })
            }
            Err(error) => {
                let error = Error::from(error).within(format!("{}: the connection was lost at COMMIT", script.file));
                Err(error
                    .note("state: it is not known whether the transaction was committed")
                    .help("schemagen status tells")
                    .into())
            }
        }
    }

    async fn one_by_one(self, database: &mut Database) -> Result<Duration> {
        let Run { script, terms, record, .. } = self;
        let time = Instant::now();
        let mut is_ours = terms.lock_timeout.is_some();
        let kept = record.position.map_or(String::new(), |it| format!("; {}", (record.at)(it)));
        write_down(script, database, &format!("{}{kept}", (record.step)(record.start))).await?;
        let mut behind = 0;
        for (position, statement) in script.statements.iter().enumerate() {
            is_ours &= !statement.sets_lock_timeout;
            if position < behind || position < record.start && !statement.is_setting {
                continue;
            }
            if let Some(timeout) = terms.lock_timeout.filter(|_| is_ours) {
                // Stopped by a timeout, CONCURRENTLY leaves an invalid index behind; it blocks nobody while it waits.
                let timeout = if statement.concurrent { 0 } else { timeout.as_millis() };
                database.run(&format!("SET lock_timeout = {timeout}")).await?;
            }
            if script.statements.len() > 1 {
                (terms.notify)(&format!("  {}/{} {}", position + 1, script.statements.len(), statement.summary()));
            }
            let start = record.position.filter(|_| position == record.start);
            if let Some(backfill) = &statement.backfill {
                self.in_batches(position, backfill, start, database).await?;
            } else if statement.concurrent {
                self.concurrently(position, start, database).await?;
            } else {
                behind = self.end(position);
                self.together(position..behind, database).await?;
            }
        }
        let took = time.elapsed();
        database.run(RESET).await?;
        write_down(script, database, &(record.done)(took)).await?;
        Ok(took)
    }

    /// The end of what is committed together with the statement at `position`.
    fn end(&self, position: usize) -> usize {
        let statements = &self.script.statements;
        let shares = |it: &&ScriptStatement| it.block.is_some() && it.block == statements[position].block;
        position + 1 + statements[position + 1..].iter().take_while(shares).count()
    }

    /// A block of statements, or one that is none, committed together with the note that they are done wherever that can be: what is
    /// stopped in between must not run twice.
    async fn together(self, range: Range<usize>, database: &mut Database) -> Result<()> {
        let Run { script, terms, record, .. } = self;
        let first = &script.statements[range.start];
        let note = (record.step)(range.end);
        let begins = first.block.is_some() || first.shares && !note.is_empty();
        let last = begins.then(|| if note.is_empty() { "COMMIT".to_owned() } else { format!("{}COMMIT", as_ourselves(&note)) });
        let mut attempt = 0;
        while let Err((transient, position, error)) = self.attempt(range.clone(), last.as_deref(), database).await {
            let undone = !begins || database.run("ROLLBACK").await.is_ok();
            let again = transient && undone && attempt < terms.retries;
            if !again {
                return Err(stopped(database, error).await.note(state(script, &range, position)));
            }
            attempt += 1;
            wait(terms, attempt, &error).await;
        }
        if begins { Ok(()) } else { write_down(script, database, &note).await }
    }

    /// Statements in a transaction of their own that `last` ends, or without one. Whether those that failed may succeed when they are
    /// sent again, which of them it was, and why.
    async fn attempt(
        self,
        range: Range<usize>,
        last: Option<&str>,
        database: &mut Database,
    ) -> std::result::Result<(), (bool, usize, Error)> {
        let Run { script, session, terms, .. } = self;
        if last.is_some() {
            database.run("BEGIN").await.map_err(|it| (false, range.start, it))?;
        }
        for position in range.clone() {
            let statement = &script.statements[position];
            let ran = waiting::run(&statement.sql, database, session, terms).await;
            ran.map_err(|it| (is_transient(&it), position, explain(script, statement, it)))?;
            heard(script, statement, terms);
        }
        let Some(last) = last else { return Ok(()) };
        database.try_run(last).await.map_err(|it| {
            let place = script.statements[range.end - 1].place(&script.file, 1);
            (is_transient(&it), range.end - 1, helped(it.into()).at(place).within(COMMITTING))
        })
    }

    /// The statement at `position`, which waits for others and commits by itself. That it is tried is written down before, unless what it
    /// makes is there: so a later run knows whose work it finds.
    async fn concurrently(self, position: usize, start: Option<&str>, database: &mut Database) -> Result<()> {
        let Run { script, session, terms, record } = self;
        let statement = &script.statements[position];
        let note = (record.step)(position + 1);
        let left = leftovers::find(statement, database).await?;
        if left.done && start == Some(TRIED) {
            (terms.notify)("  an earlier run has done it, and was stopped before it could say so");
            return write_down(script, database, &note).await;
        }
        if !left.done && !note.is_empty() {
            write_down(script, database, &(record.at)(TRIED)).await?;
        }
        leftovers::told(&left).iter().for_each(|it| (terms.notify)(it));
        if let Some(first) = &left.before {
            let cleared = waiting::run(first, database, session, terms).await;
            cleared.map_err(|it| Error::from(it).within(format!("{}: clearing away what an earlier run left", script.file)))?;
        }
        let text = left.instead.as_ref().unwrap_or(&statement.sql);
        if let Err(error) = waiting::run(text, database, session, terms).await {
            return Err(stopped(database, explain(script, statement, error)).await.note(state(
                script,
                &(position..position + 1),
                position,
            )));
        }
        write_down(script, database, &note).await
    }

    /// The statement at `position`, a backfill.
    async fn in_batches(self, position: usize, backfill: &Backfill, start: Option<&str>, database: &mut Database) -> Result<()> {
        let Run { script, terms, record, .. } = self;
        let (pace, retries, notify, progress) = (terms.pace, terms.retries, terms.notify, terms.progress);
        let company = Company { pace, retries, record: record.at, notify, progress };
        let statement = &script.statements[position];
        let Err(stop) = walk(backfill, database, start, &company).await else {
            return write_down(script, database, &(record.step)(position + 1)).await;
        };
        let error = match stop {
            Stop::Statement(error) => explain(script, statement, error),
            Stop::Other(error) => error.at(statement.place(&script.file, 1)),
        };
        let state = state(script, &(position..position + 1), position);
        Err(stopped(database, error).await.note(format!("{state}; its batches before are done and stay")))
    }
}

/// The error with which a script stops between transactions; what it has set must not reach what comes next.
async fn stopped(database: &mut Database, error: Error) -> Error {
    let _ = database.run(RESET).await;
    error
}

/// What records progress, whatever role the script has taken.
pub(super) fn as_ourselves(record: &str) -> String {
    format!("SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; {record}; ")
}

/// Records progress between statements, as ourselves whatever role the script has taken.
async fn write_down(script: &Script, database: &mut Database, record: &str) -> Result<()> {
    if record.is_empty() {
        return Ok(());
    }
    let record = format!("BEGIN; {}COMMIT", as_ourselves(record));
    if let Err(error) = database.run(&record).await {
        let _ = database.run("ROLLBACK").await;
        return Err(helped(error).within(format!("{}: how far it is cannot be recorded", script.file)));
    }
    Ok(())
}

/// Tells what the server has warned of since the last statement.
fn heard(script: &Script, statement: &ScriptStatement, terms: &Terms<'_>) {
    for it in notices::take() {
        (terms.warn)(&format!("{}:{}: the server warns: {it}", script.file, statement.line));
    }
}

async fn wait(terms: &Terms<'_>, attempt: u32, error: &Error) {
    let pause = terms.pause * 2_u32.saturating_pow(attempt - 1);
    let reason = &error.message;
    (terms.notify)(&format!("  {reason}; attempt {attempt} of {} follows in {:.1} s", terms.retries, pause.as_secs_f32()));
    tokio::time::sleep(pause).await;
}
