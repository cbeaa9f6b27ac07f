//! The table that records which migrations are applied.
//!
//! Its first three columns are a contract with other tools; ours follow and may be null. A table of that name may be another
//! program's (Rails: `version varchar` alone): it gets our columns and keeps its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::migrations::{Migration, Migrations};
use crate::sql;

pub use lock::{at_work, lock};

mod lock;

/// Where the history is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
}

/// A recorded migration, or another program's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// `007`
    pub version: String,
    /// In UTC, as PostgreSQL prints a `timestamp` in JSON.
    #[serde(default)]
    pub applied_at: Option<String>,
    /// The title.
    #[serde(default)]
    pub description: Option<String>,
    /// Of the migration's text; none for a row that another tool or a person wrote.
    #[serde(default)]
    pub checksum: Option<String>,
    /// How long its statements took; none where it was there before the history was.
    #[serde(default)]
    pub execution_ms: Option<i64>,
    /// Of the state it led to.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The text of its rollback as it was then.
    #[serde(default)]
    pub rollback: Option<String>,
    /// For a migration without a transaction that stopped half way: how many of its statements are done.
    #[serde(default)]
    pub statements_done: Option<usize>,
    /// For a rollback without a transaction that stopped half way: how many of its statements are done.
    #[serde(default)]
    pub rollback_done: Option<usize>,
    /// How far the backfill is that either of them stopped in.
    #[serde(default)]
    pub backfill: Option<String>,
    /// When the application was deployed that follows on it, where a migration waits for that; in UTC.
    #[serde(default)]
    pub deployed_at: Option<String>,
    /// Who said so.
    #[serde(default)]
    pub deployed_by: Option<String>,
}

/// The table's rows and shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Rows by version, those of other programs included.
    pub rows: BTreeMap<String, Row>,
    /// The table's columns; none when there is no table.
    columns: BTreeSet<String>,
}

/// Columns in order, with the types to create and to add them with.
const COLUMNS: [(&str, &str); 12] = [
    ("version", "VARCHAR(20) PRIMARY KEY"),
    ("applied_at", "TIMESTAMP DEFAULT NOW()"),
    ("description", "TEXT"),
    ("checksum", "TEXT"),
    ("execution_ms", "BIGINT"),
    ("fingerprint", "TEXT"),
    ("rollback", "TEXT"),
    ("statements_done", "INTEGER"),
    ("rollback_done", "INTEGER"),
    ("backfill", "TEXT"),
    ("deployed_at", "TIMESTAMP"),
    ("deployed_by", "TEXT"),
];

impl Default for Table {
    fn default() -> Table {
        Table { schema: "public".to_owned(), name: "schema_migrations".to_owned() }
    }
}

impl Table {
    /// Reads `schema.table` or `table`, as SQL would: names that are not plain lower case stand in double quotes.
    pub fn parse(text: &str) -> Result<Table> {
        let broken = || {
            Error::new(format!("{text:?} is not a table"))
                .help("write schema.table; names with other characters in double quotes")
        };
        let mut names: Vec<String> = Vec::new();
        let mut rest = text.trim();
        loop {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let end = quoted.replace("\"\"", "  ").find('"').ok_or_else(broken)?;
                    (quoted[..end].replace("\"\"", "\""), &quoted[end + 1..])
                }
                None => {
                    let end = rest.find('.').unwrap_or(rest.len());
                    (rest[..end].to_owned(), &rest[end..])
                }
            };
            if name.is_empty() || name.len() > 63 || (!rest.starts_with('"') && sql::name(&name) != name) {
                return Err(broken());
            }
            names.push(name);
            match after.strip_prefix('.') {
                Some(after) => rest = after,
                None if after.is_empty() => break,
                None => return Err(broken()),
            }
        }
        match <[String; 2]>::try_from(names) {
            Ok([schema, name]) => Ok(Table { schema, name }),
            Err(names) => match <[String; 1]>::try_from(names) {
                Ok([name]) => Ok(Table { name, ..Table::default() }),
                Err(_) => Err(broken()),
            },
        }
    }

    /// Quoted where it must be.
    pub fn path(&self) -> String {
        sql::path(&[&self.schema, &self.name])
    }
}

impl History {
    /// Reads the table. One that does not exist is an empty one.
    pub async fn read(database: &mut Database, table: &Table) -> Result<History> {
        const SHAPE: &str = "SELECT c.relkind::text, a.attname::text, format_type(a.atttypid, NULL), \
             a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' \
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE n.nspname = $1 AND c.relname = $2";
        let mut history = History::default();
        for row in database.rows(SHAPE, &[&table.schema, &table.name]).await? {
            let (kind, column): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
            let Some(column) = column else { return Err(foreign(table, "it has no column")) };
            let (kind_of_value, is_demanded): (String, bool) = (row.try_get(2)?, row.try_get(3)?);
            if !matches!(kind.as_str(), "r" | "p") {
                return Err(foreign(table, "it is not a table"));
            }
            if column == "version" && !matches!(kind_of_value.as_str(), "text" | "character varying") {
                return Err(foreign(table, &format!("its column version is a {kind_of_value}")));
            }
            if is_demanded && column != "version" {
                return Err(foreign(table, &format!("its column {column} must be filled in and has no default")));
            }
            history.columns.insert(column);
        }
        if history.columns.is_empty() {
            return Ok(history);
        }
        if !history.columns.contains("version") {
            return Err(foreign(table, "it has no column version"));
        }
        let query = format!("SELECT pg_catalog.to_jsonb(entry) FROM {} AS entry", table.path());
        let denied = ("42501", "who applies migrations must own that table; to read it is enough for all else: GRANT SELECT");
        let rows = database.rows(&query, &[]).await.map_err(|it| it.within("the history cannot be read").help_where(denied))?;
        for row in rows {
            let row: Row = serde_json::from_value(row.try_get(0)?)
                .map_err(|it| foreign(table, &format!("a column of it has another type than ours: {it}")))?;
            history.rows.insert(row.version.clone(), row);
        }
        Ok(history)
    }

    /// Whether the table is there.
    pub fn exists(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Whether a migration is recorded, and not as half done.
    pub fn is_applied(&self, migration: &Migration) -> bool {
        self.rows.get(&migration.version).is_some_and(|it| it.statements_done.is_none())
    }

    /// Whether a migration waits for a deploy that nobody has recorded.
    pub fn is_held(&self, migration: &Migration) -> bool {
        let deployed = |of: u32| self.rows.get(&crate::migrations::version(of)).is_some_and(|it| it.deployed_at.is_some());
        migration.contract_of.is_some_and(|it| !deployed(it)) && !self.rows.contains_key(&migration.version)
    }

    /// How many statements of a migration are done already, when it stopped half way.
    pub fn statements_done(&self, migration: &Migration) -> usize {
        self.rows.get(&migration.version).and_then(|it| it.statements_done).unwrap_or(0)
    }

    /// The rows that are ours, oldest first: those with a checksum, and those that have a file.
    pub fn ours<'a>(&'a self, migrations: &'a Migrations) -> Vec<(u32, &'a Row)> {
        let numbered = self.rows.values().filter_map(|row| {
            let number: u32 = row.version.parse().ok()?;
            let is_ours = crate::migrations::version(number) == row.version
                && (row.checksum.is_some() || migrations.find(number).is_some());
            is_ours.then_some((number, row))
        });
        let mut ours: Vec<(u32, &Row)> = numbered.collect();
        ours.sort_by_key(|it| it.0);
        ours
    }

    /// The applied migrations whose file is no longer what was applied.
    pub fn edited<'a>(&self, migrations: &'a Migrations) -> Vec<&'a Migration> {
        let differs = |it: &&Migration| {
            let recorded = self.rows.get(&it.version).and_then(|row| row.checksum.as_ref());
            recorded.is_some_and(|checksum| *checksum != it.checksum)
        };
        migrations.list.iter().filter(differs).collect()
    }

    /// Whether what was applied under a file's number is no earlier text of it but another migration, as two branches make them: it
    /// has another title and led to another state.
    pub fn is_another(&self, migration: &Migration) -> bool {
        self.rows.get(&migration.version).is_some_and(|row| {
            let differs = |recorded: &Option<String>, here: &str| recorded.as_ref().is_some_and(|it| it != here);
            let leads = migration.states.as_ref().zip(row.fingerprint.as_ref());
            differs(&row.checksum, &migration.checksum)
                && differs(&row.description, &migration.title)
                && leads.is_none_or(|((_, to), recorded)| to != recorded)
        })
    }

    /// The statements that make the table what it must be; none when it is. Event triggers, which may refuse every statement of
    /// their kind, stay silent where the role may switch them off.
    pub fn prepare(&self, table: &Table) -> String {
        let change = self.shaped(table);
        let switched = |to: &str| {
            let may = "pg_catalog.current_setting('is_superuser') = 'on' AND EXISTS (SELECT FROM pg_catalog.pg_event_trigger)";
            format!("SELECT pg_catalog.set_config('session_replication_role', {}, true) WHERE {may}; ", sql::literal(to))
        };
        if change.is_empty() { change } else { format!("{}{change}{}", switched("replica"), switched("origin")) }
    }

    fn shaped(&self, table: &Table) -> String {
        let path = table.path();
        if self.columns.is_empty() {
            let columns: Vec<String> = COLUMNS.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
            let schema = if table.schema == "public" {
                String::new()
            } else {
                format!("CREATE SCHEMA IF NOT EXISTS {}; ", sql::name(&table.schema))
            };
            return format!("{schema}CREATE TABLE IF NOT EXISTS {path} ({}); ", columns.join(", "));
        }
        let missing = COLUMNS.iter().filter(|it| !self.columns.contains(it.0));
        // The default comes by itself, so that rows which are not ours do not claim to be applied just now.
        let add = missing.map(|(name, kind)| match kind.split_once(" DEFAULT ") {
            Some((kind, default)) => format!(
                "ALTER TABLE {path} ADD COLUMN IF NOT EXISTS {name} {kind}; ALTER TABLE {path} ALTER COLUMN {name} SET DEFAULT {default}; "
            ),
            None => format!("ALTER TABLE {path} ADD COLUMN IF NOT EXISTS {name} {kind}; "),
        });
        add.collect()
    }

    /// The statements that record how far a rollback without a transaction is.
    pub fn undone(&self, table: &Table, version: &str, statements: usize) -> String {
        let (path, version) = (table.path(), sql::literal(version));
        format!(
            "{}UPDATE {path} SET rollback_done = {statements}, backfill = NULL WHERE version = {version}",
            self.prepare(table)
        )
    }

    /// The statements that record that the application was deployed which follows on a migration.
    pub fn deployed(&self, table: &Table, version: &str, by: &str) -> String {
        let (path, version, by) = (table.path(), sql::literal(version), sql::literal(by));
        let now = "pg_catalog.timezone('UTC', pg_catalog.clock_timestamp())";
        format!("{}UPDATE {path} SET deployed_at = {now}, deployed_by = {by} WHERE version = {version}", self.prepare(table))
    }

    /// The statements that record a migration, the table made ready first. They belong into its own transaction.
    pub fn record(&self, table: &Table, migration: &Migration, progress: Progress<'_>) -> String {
        let optional = |it: Option<&str>| it.map_or("NULL".to_owned(), sql::literal);
        let (applied_at, took, fingerprint, done) = match progress {
            Progress::Stopped(done) => ("NULL", "NULL".to_owned(), None, done.to_string()),
            Progress::Done(took, fingerprint) => (
                "pg_catalog.timezone('UTC', pg_catalog.clock_timestamp())",
                took.map_or("NULL".to_owned(), |it| it.as_millis().to_string()),
                fingerprint,
                "NULL".to_owned(),
            ),
        };
        format!(
            "{}{}; INSERT INTO {} (version, applied_at, description, checksum, execution_ms, fingerprint, rollback, statements_done) \
             VALUES ({}, {applied_at}, {}, {}, {took}, {}, {}, {done})",
            self.prepare(table),
            forget(table, &migration.version),
            table.path(),
            sql::literal(&migration.version),
            sql::literal(&migration.title),
            sql::literal(&migration.checksum),
            optional(fingerprint),
            optional(migration.rollback.as_deref()),
        )
    }
}

/// How far a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// So many of its statements are done.
    Stopped(usize),
    /// All of it, in that time, leading to a state of that fingerprint; in none where it was there before.
    Done(Option<Duration>, Option<&'a str>),
}

/// The statement that records how far a backfill is.
pub fn walked(table: &Table, version: &str, position: &str) -> String {
    let (position, version) = (sql::literal(position), sql::literal(version));
    format!("UPDATE {} SET backfill = {position} WHERE version = {version}", table.path())
}

/// The statement that takes a migration out of the history.
pub fn forget(table: &Table, version: &str) -> String {
    format!("DELETE FROM {} WHERE version = {}", table.path(), sql::literal(version))
}

/// The statement that records which state a migration led to, where its file could not say.
pub fn led_to(table: &Table, version: &str, fingerprint: &str) -> String {
    let (fingerprint, version) = (sql::literal(fingerprint), sql::literal(version));
    format!("UPDATE {} SET fingerprint = {fingerprint} WHERE version = {version}", table.path())
}

fn foreign(table: &Table, why: &str) -> Error {
    let error = Error::new(format!("{} cannot hold the history: {why}", table.path()));
    error.help(
        "it seems to be another program's: name a table of ours in schemagen.toml:\n[history]\ntable = \"schemagen.migrations\"",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_sql_reads_them() {
        let table = |schema: &str, name: &str| Table { schema: schema.into(), name: name.into() };
        assert_eq!(Table::parse("a.b").unwrap(), table("a", "b"));
        assert_eq!(Table::parse("b").unwrap(), table("public", "b"));
        assert_eq!(Table::parse("\"A.\"\"x\".b").unwrap(), table("A.\"x", "b"));
        for text in ["", "a.b.c", "A.b", "a.", "a b", "\"a", "\"a\"b", "a;drop"] {
            assert!(Table::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_foreign_table_gets_what_it_lacks() {
        let history = History { columns: BTreeSet::from(["version".to_owned(), "description".to_owned()]), ..History::default() };
        let statements = history.prepare(&Table::default());
        assert!(statements.contains("ADD COLUMN IF NOT EXISTS applied_at TIMESTAMP;"), "{statements}");
        assert!(!statements.contains("description"));
        let elsewhere = History::default().shaped(&Table::parse("x.y").unwrap());
        assert!(elsewhere.starts_with("CREATE SCHEMA IF NOT EXISTS x; CREATE TABLE"), "{elsewhere}");
        let switched = |to: &str| format!("SELECT pg_catalog.set_config('session_replication_role', '{to}', true)");
        let whole = format!("; {}{}", history.shaped(&Table::default()), switched("origin"));
        assert!(statements.starts_with(&switched("replica")) && statements.contains(&whole), "{statements}");
    }
}
