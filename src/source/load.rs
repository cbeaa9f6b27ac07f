//! Loads a source into an empty database, in chunks: the order by names is a guess, so what fails for want of something is
//! tried again when the rest is there.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::order::{Plan, order};
use super::settings::Settings;
use super::{Source, Statement, bodies, explain};
use crate::database::Database;
use crate::error::{Error, Place, Result};
use crate::shadow::STUB;
use crate::sql;
use crate::timing;

/// Statements sent as one string. One string for all would be one transaction, which gets slower with every lock it holds.
const CHUNK: usize = 150;

/// Loads the source. Fails at file and line with the server's own words.
pub async fn load(source: &Source, database: &mut Database) -> Result<()> {
    let major = database.value::<u32>("SELECT current_setting('server_version_num')::int", &[]).await? / 10_000;
    source.fits(major)?;
    let stage = timing::stage("  order the statements");
    let plan = super::deeply(|| Ok(order(source)))?;
    drop(stage);
    let mut loader = Loader { database, plan: &plan, in_force: Settings::default(), checks: false, unchecked: BTreeSet::new() };
    let mut waiting: Vec<usize> = (0..plan.statements.len()).collect();
    loop {
        let failed = loader.pass(&waiting).await?;
        if failed.is_empty() {
            break;
        }
        if failed.len() == waiting.len() {
            let is_given = |it: &usize| plan.statements[*it].is_given;
            if failed.keys().all(is_given) {
                break;
            }
            let says_why = failed.iter().any(|it| !is_given(it.0) && it.1.is_some());
            let told = failed.into_iter().filter(|it| !says_why || !is_given(&it.0)).collect();
            return Err(explain::failure(&plan, told));
        }
        waiting = failed.into_keys().collect();
    }
    bodies::check(&mut loader).await?;
    loader.enter(&Settings::default()).await?;
    loader.database.run("RESET check_function_bodies").await?;
    mark_filled(loader.database, &plan).await
}

/// Materialized views are loaded without rows. Those that the source wants filled are marked so, where we may: a migration fills them.
async fn mark_filled(database: &mut Database, plan: &Plan<'_>) -> Result<()> {
    let filled: Vec<String> = plan.statements.iter().filter(|it| it.is_emptied()).flat_map(|it| it.created()).collect();
    let may: bool = database.value("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", &[]).await?;
    for name in filled.iter().filter(|_| may) {
        let oid = format!("pg_catalog.to_regclass({})", sql::literal(name));
        let head = "UPDATE pg_catalog.pg_class SET relispopulated = true WHERE relkind = 'm' AND NOT relispopulated AND oid = ";
        database.run(&format!("{head}{oid}")).await?;
    }
    Ok(())
}

/// A connection and what `SET` has put in force on it.
pub(super) struct Loader<'a> {
    pub(super) database: &'a mut Database,
    pub(super) plan: &'a Plan<'a>,
    in_force: Settings,
    /// The server reads the bodies of routines.
    checks: bool,
    /// Routines whose bodies the server could not read when it made them: what they refer to may come later.
    pub(super) unchecked: BTreeSet<usize>,
}

/// Why a statement is not loaded yet: the server's error, or nothing when what it needs is not loaded.
pub(super) type Failed = BTreeMap<usize, Option<Error>>;

impl Loader<'_> {
    /// Tries each of the statements once, in chunks. Returns those that failed.
    async fn pass(&mut self, waiting: &[usize]) -> Result<Failed> {
        let mut failed = Failed::new();
        let (mut start, mut size, mut limit) = (0, CHUNK, CHUNK);
        while let Some(first) = waiting.get(start) {
            if self.lacks(*first, &failed) {
                failed.insert(*first, None);
                start += 1;
                continue;
            }
            // a string is read as a whole before its first statement runs: what a backslash means cannot change inside
            let settings = &self.plan.statements[*first].settings;
            if settings.escapes != self.in_force.escapes {
                self.enter(settings).await?;
            }
            let is_alike = |it: &&usize| self.plan.statements[**it].settings.escapes == settings.escapes;
            let ready =
                waiting[start..].iter().take(size.min(limit)).take_while(is_alike).take_while(|it| !self.lacks(**it, &failed));
            let chunk: Vec<usize> = ready.copied().collect();
            limit = CHUNK;
            match self.send(&chunk).await {
                Ok(()) => {
                    start += chunk.len();
                    size = (size * 2).min(CHUNK);
                }
                Err((0, error)) if chunk.len() > 1 && error.sqlstate.as_deref() == Some("25001") => limit = 1, // not in a transaction
                // its body may refer to what comes later: then it is checked at the end
                Err((0, _)) if self.checks_body(*first) => {
                    self.unchecked.insert(*first);
                }
                Err((0, error)) => {
                    if !self.promote(*first, &error).await? {
                        let statement = &self.plan.statements[*first];
                        failed.insert(*first, Some(if statement.is_given { error } else { explain::at_once(statement, error)? }));
                        start += 1;
                        size = (size / 4).max(4);
                    }
                }
                Err((done, _)) => limit = done, // load what went well, then meet the failure at the head of a chunk
            }
        }
        Ok(failed)
    }

    fn checks_body(&self, number: usize) -> bool {
        self.plan.statements[number].has_body && !self.unchecked.contains(&number)
    }

    fn lacks(&self, number: usize, failed: &Failed) -> bool {
        self.plan.needs[number].iter().any(|it| failed.contains_key(it))
    }

    /// Sends statements as one string. Fails with how many of them went well (and are undone again).
    async fn send(&mut self, numbers: &[usize]) -> std::result::Result<(), (usize, Error)> {
        let mut chunk = Chunk::default();
        let mut settings = self.in_force.clone();
        let mut checks = self.checks;
        for (index, number) in numbers.iter().enumerate() {
            let statement = &self.plan.statements[*number];
            for (sql, place) in settings.change(&statement.settings) {
                chunk.push(&sql, index, place);
            }
            settings = (*statement.settings).clone();
            if checks != self.checks_body(*number) {
                checks = !checks;
                chunk.push(&format!("SET check_function_bodies = {checks}"), index, None);
            }
            chunk.push(statement.sent(), index, None);
        }
        match self.database.run_all(&chunk.text).await {
            Ok(()) => {
                (self.in_force, self.checks) = (settings, checks);
                Ok(())
            }
            Err((done, error)) => {
                let (part, error) = chunk.blame(done, error);
                let statement = numbers.get(part.index).map(|it| &self.plan.statements[*it]);
                Err((part.index, located(error, part, statement)))
            }
        }
    }

    /// Puts settings in force.
    pub(super) async fn enter(&mut self, settings: &Settings) -> Result<()> {
        for (sql, place) in self.in_force.change(settings) {
            self.database.run(&sql).await.map_err(|it| if let Some(place) = place { it.at(place) } else { it })?;
        }
        self.in_force = settings.clone();
        Ok(())
    }

    /// Some objects can only be owned by superusers, and a role of the folder may make what a plain stub may not: then the
    /// stubs that the statement names become superusers. Says whether there was one.
    async fn promote(&mut self, number: usize, error: &Error) -> Result<bool> {
        if error.sqlstate.as_deref() != Some("42501") {
            return Ok(false);
        }
        self.enter(&Settings::default()).await?;
        let statement = &self.plan.statements[number];
        let mut promoted = false;
        for role in statement.names.roles.iter().cloned().chain(statement.settings.roles()) {
            const IS_STUB: &str = "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = $1 AND NOT rolsuper \
                                   AND pg_catalog.shobj_description(oid, 'pg_authid') = $2";
            let count: i64 = self.database.value(IS_STUB, &[&role, STUB]).await?;
            if count > 0 {
                self.database.run(&format!("ALTER ROLE {} SUPERUSER", sql::name(&role))).await?;
                promoted = true;
            }
        }
        Ok(promoted)
    }
}

/// Several statements as one string, and which part of it is what.
#[derive(Default)]
struct Chunk {
    text: String,
    /// Characters so far: the server counts in these.
    length: usize,
    parts: Vec<Part>,
}

/// One statement of a chunk.
#[derive(Clone)]
struct Part {
    /// The character it starts at.
    start: usize,
    /// The number of the statement in the chunk that it is, or is a setting for.
    index: usize,
    /// Where the setting stands in the file.
    setting: Option<Place>,
}

impl Chunk {
    fn push(&mut self, sql: &str, index: usize, setting: Option<Place>) {
        self.parts.push(Part { start: self.length, index, setting });
        self.text.push_str(sql);
        self.text.push_str(";\n");
        self.length += sql.chars().count() + 2;
    }

    /// The part an error is about, with the error's position counted from its start: the one the error points at, or else
    /// the one after those that were done.
    fn blame(&self, done: usize, mut error: Error) -> (Part, Error) {
        let pointed = error.position.and_then(|it| self.parts.iter().rposition(|part| part.start < it));
        let part = self.parts.get(pointed.unwrap_or(done)).or(self.parts.last());
        let part = part.cloned().unwrap_or(Part { start: 0, index: 0, setting: None });
        error.position = error.position.map(|it| it - part.start);
        (part, error)
    }
}

/// The error at its place in the file.
fn located(error: Error, part: Part, statement: Option<&Cow<'_, Statement>>) -> Error {
    if let Some(place) = part.setting {
        return error.at(place);
    }
    let Some(statement) = statement else { return error };
    let place = statement.place_of(error.position);
    error.at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_blamed_on_the_part_it_points_at() {
        let mut chunk = Chunk::default();
        chunk.push("SELECT 'é'", 0, None);
        chunk.push("SELECT x", 1, None);
        let mut error = Error::new("x");
        assert_eq!(chunk.blame(1, error.clone()).0.index, 1);
        error.position = Some(chunk.length - 2);
        let (part, error) = chunk.blame(0, error);
        assert_eq!((part.index, error.position), (1, Some(8)));
    }
}
