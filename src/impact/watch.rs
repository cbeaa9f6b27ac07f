//! Watching a transaction: what each statement adds to its locks, to the files of relations, and to what was read.
//!
//! Locks are compared with those held before, as `pg_locks` lists them until the transaction ends; files by `relfilenode`, which a
//! rewrite changes; scans by the counters of this transaction. The weak locks with which queries open indexes are left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;

use super::{Basis, Build, Impact, Lock, Scan};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::lock::{Mode, Work};
use crate::sql;

/// How many statements are watched: with each the list of held locks gets longer. The others are told.
const LIMIT: usize = 200;

/// Watches the transactions of one way, there or back.
#[derive(Debug)]
pub struct Watch {
    basis: Basis,
    /// What was there before the first transaction.
    base: Option<BTreeSet<u32>>,
    known: BTreeMap<u32, Relation>,
    held: BTreeMap<u32, (Mode, usize)>,
    told: VecDeque<Impact>,
    impacts: Vec<Impact>,
    watched: usize,
}

/// A relation as the catalog shows it.
#[derive(Debug, Clone, Deserialize)]
struct Relation {
    oid: u32,
    schema: String,
    name: String,
    kind: String,
    file: u32,
    table: Option<u32>,
    scans: u64,
    rows: u64,
}

impl Relation {
    fn path(&self) -> String {
        sql::path(&[&self.schema, &self.name])
    }

    fn is_named_as(&self, other: &Relation) -> bool {
        self.name == other.name && self.schema == other.schema
    }
}

/// A relation that is locked; `now` is nothing when it is dropped.
struct Held {
    oid: u32,
    mode: Mode,
    now: Option<Relation>,
    method: String,
    keys: Vec<String>,
}

impl Watch {
    /// A watch on a clone whose tables are as `basis` says.
    pub fn new(basis: Basis) -> Watch {
        Watch {
            basis,
            base: None,
            known: BTreeMap::new(),
            held: BTreeMap::new(),
            told: VecDeque::new(),
            impacts: Vec::new(),
            watched: 0,
        }
    }

    /// Looks around in a transaction that has just begun, in which statements with these impacts will run, as far as can be told.
    pub async fn begin(&mut self, database: &mut Database, told: Vec<Impact>) -> Result<()> {
        self.told = told.into();
        self.held.clear();
        if self.base.as_ref().is_some_and(BTreeSet::is_empty) {
            return Ok(());
        }
        let known: Vec<Relation> = look(database, include_str!("known.sql")).await?;
        self.known = known.into_iter().map(|it| (it.oid, it)).collect();
        self.base.get_or_insert_with(|| self.known.keys().copied().collect());
        Ok(())
    }

    /// Sees what the next statement did, which has just run.
    pub async fn after(&mut self, database: &mut Database) -> Result<()> {
        let told = self.told.pop_front().unwrap_or_default();
        self.watched += 1;
        let impact = match &self.base {
            // No relation was there before: nothing can be felt by anyone.
            Some(base) if base.is_empty() => Impact { statement: told.statement, basis: self.basis, ..Impact::default() },
            _ if self.watched > LIMIT => told,
            _ => self.measured(held(database).await?, told),
        };
        self.impacts.push(impact);
        Ok(())
    }

    /// Statements that cannot run in a transaction are not seen.
    pub fn unseen(&mut self, told: Vec<Impact>) {
        self.impacts.extend(told);
    }

    /// The impacts of the statements since the last end.
    pub fn end(&mut self) -> Vec<Impact> {
        std::mem::take(&mut self.impacts)
    }

    fn measured(&mut self, held: Vec<Held>, told: Impact) -> Impact {
        let number = self.impacts.len() + 1;
        let is_old = |file: u32| self.known.values().any(|it| it.file == file);
        let stood = |name: &Relation| self.known.values().any(|it| it.table.is_some() && it.is_named_as(name));
        let mut impact = Impact { basis: self.basis, ..Impact::default() };
        for it in &held {
            let stronger = self.held.get(&it.oid).is_none_or(|known| known.0 < it.mode);
            if let (true, Some(known)) = (stronger && self.is_base(it.oid), self.known.get(&it.oid))
                && known.table.is_none_or(|table| self.says_more(table, it.mode))
            {
                let index_of = known.table.and_then(|table| self.known.get(&table)).map(Relation::path);
                impact.locks.push(Lock { relation: known.path(), mode: it.mode, index_of, since: None });
            }
            let Some(now) = &it.now else { continue };
            match (self.known.get(&it.oid), now.table) {
                (before, Some(table)) if self.is_base(table) && now.kind == "i" && !is_old(now.file) => {
                    let table = self.known.get(&table).map_or(String::new(), Relation::path);
                    let build = Build { index: now.path(), table, method: it.method.clone(), keys: it.keys.clone() };
                    let is_known = before.is_some() || stood(now);
                    if is_known { impact.rebuilds.push(build) } else { impact.builds.push(build) }
                }
                (Some(before), None) if self.is_base(it.oid) && matches!(now.kind.as_str(), "r" | "m") => {
                    let (times, rows) = (now.scans.saturating_sub(before.scans), now.rows.saturating_sub(before.rows));
                    if before.file != now.file {
                        impact.rewrites.push(before.path());
                    }
                    if times > 0 {
                        impact.scans.push(Scan { relation: before.path(), times, rows });
                    }
                }
                _ => {}
            }
        }
        self.add_held(&told, &mut impact);
        self.remember(held, number);
        impact.work = work(&impact, told.work);
        impact.statement = told.statement;
        impact.locks.sort_by(|a, b| (b.mode, &a.relation).cmp(&(a.mode, &b.relation)));
        for builds in [&mut impact.rebuilds, &mut impact.builds] {
            builds.sort();
        }
        impact.rewrites.sort();
        impact.scans.sort();
        impact.derived()
    }

    fn is_base(&self, oid: u32) -> bool {
        self.base.as_ref().is_some_and(|it| it.contains(&oid))
    }

    /// Whether a lock on an index says more than the one that is held on its table.
    fn says_more(&self, table: u32, mode: Mode) -> bool {
        mode >= Mode::ShareUpdateExclusive && self.held.get(&table).is_none_or(|it| it.0 < mode)
    }

    fn remember(&mut self, held: Vec<Held>, number: usize) {
        for it in held {
            match self.held.get_mut(&it.oid) {
                Some(known) if known.0 >= it.mode => {}
                Some(known) => *known = (it.mode, number),
                None => drop(self.held.insert(it.oid, (it.mode, number))),
            }
            match it.now {
                Some(now) => drop(self.known.insert(it.oid, now)),
                None => drop(self.known.remove(&it.oid)),
            }
        }
    }

    /// What the statement needs is held already by one before it: `pg_locks` shows nothing new.
    fn add_held(&self, told: &Impact, impact: &mut Impact) {
        for lock in &told.locks {
            let known = self.known.iter().find(|it| it.1.path() == lock.relation && self.is_base(*it.0));
            let held = known.and_then(|it| self.held.get(it.0));
            if let Some((mode, since)) = held
                && *mode >= lock.mode
                && impact.locks.iter().all(|it| it.relation != lock.relation)
            {
                impact.locks.push(Lock { mode: *mode, since: Some(*since), ..lock.clone() });
            }
        }
    }
}

fn work(impact: &Impact, told: Work) -> Work {
    match () {
        () if !impact.rewrites.is_empty() => Work::Rewrite,
        () if told == Work::Query => Work::Query,
        () if !impact.builds.is_empty() || !impact.rebuilds.is_empty() => Work::Build,
        () if !impact.scans.is_empty() => Work::Scan,
        () => Work::Catalog,
    }
}

async fn held(database: &mut Database) -> Result<Vec<Held>> {
    #[derive(Deserialize)]
    struct Row {
        oid: u32,
        modes: Vec<String>,
        method: Option<String>,
        keys: Option<Vec<String>>,
    }
    let values: Vec<Value> = look(database, include_str!("held.sql")).await?;
    let mut held = Vec::new();
    for value in values {
        let row: Row = read(value.clone())?;
        let mode = row.modes.iter().filter_map(|it| Mode::named(it)).max().unwrap_or(Mode::AccessShare);
        let now = if value["name"].is_null() { None } else { Some(read(value)?) };
        held.push(Held { oid: row.oid, mode, now, method: row.method.unwrap_or_default(), keys: row.keys.unwrap_or_default() });
    }
    Ok(held)
}

async fn look<T: DeserializeOwned>(database: &mut Database, sql: &'static str) -> Result<Vec<T>> {
    let rows = database.rows_again(sql).await?;
    let value: Value = rows.first().ok_or_else(|| Error::internal("no row from pg_locks"))?.try_get(0)?;
    read(value)
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|it| Error::internal(format!("{it} in what was measured")))
}
