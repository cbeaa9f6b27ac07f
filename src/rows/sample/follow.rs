//! The rows that sampled rows reference, through all levels, and what becomes of references that lead nowhere in the end.

use std::collections::BTreeSet;
use std::time::Instant;

use super::{Sampling, load};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::rows::tables::{ForeignKey, Table};
use crate::sql;

/// How many rows up a chain of references is followed.
const LEVELS: usize = 100;
/// How many keys are asked for at once.
const KEYS: usize = 500;
/// How many rows come along for each that was wanted.
const ALONG: usize = 20;
/// How often references that lead nowhere are looked for: each time those to rows that went.
const PASSES: usize = 200;

impl Sampling {
    /// Every foreign key of tables that may have real rows.
    fn foreign_keys(&self) -> Vec<(Table, ForeignKey, Table)> {
        let fit = |it: &&Table| !self.reasons.contains_key(&it.oid);
        let tables = self.tables.tables.iter().filter(fit);
        let keys = tables.flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
        let whole = keys.filter(|it| it.1.operators.len() == it.1.columns.len());
        whole.filter_map(|(table, key)| Some((table.clone(), key.clone(), self.tables.table(key.table)?.clone()))).collect()
    }

    /// Brings the rows that others reference, until none is missing or it becomes too much.
    pub(super) async fn follow(&mut self, clone: &mut Database, live: &mut Database) -> Result<()> {
        let mut asked = BTreeSet::new();
        let mut left = self.most.saturating_mul(ALONG).max(1000);
        for _ in 0..LEVELS {
            let before = left;
            for (table, key, to) in self.foreign_keys() {
                let name = (table.oid, key.name.clone());
                let missing: Vec<Vec<String>> = clone.value(&missing(&table, &key, &to), &[]).await?;
                let missing: Vec<Vec<String>> =
                    missing.into_iter().filter(|it| asked.insert((name.clone(), it.clone()))).collect();
                for keys in missing.chunks(KEYS) {
                    if left == 0 || Instant::now() > self.until || self.reasons.contains_key(&to.oid) {
                        break;
                    }
                    let keys = &keys[..keys.len().min(left)];
                    match load::load(clone, live, &self.tables, &to, &referenced(&table, &key, &to, keys)).await? {
                        Ok(rows) => left = left.saturating_sub(usize::try_from(rows).unwrap_or(left)),
                        Err(reason) => drop(self.reasons.insert(to.oid, reason)),
                    }
                }
            }
            if left == before {
                break;
            }
        }
        Ok(())
    }

    /// References that lead nowhere end in null where they may, else their rows go.
    pub(super) async fn repair(&self, clone: &mut Database) -> Result<()> {
        for _ in 0..PASSES {
            let mut changed = 0;
            for (table, key, to) in self.foreign_keys() {
                let nowhere = nowhere(&key, &to);
                let mut done = None;
                if let Some(set) = to_null(&table, &key) {
                    clone.run("SAVEPOINT repair").await?;
                    done = clone
                        .rows(&format!("UPDATE {} AS t SET {set} WHERE {nowhere} RETURNING 1", table.from()), &[])
                        .await
                        .ok();
                    clone.run(if done.is_some() { "RELEASE SAVEPOINT repair" } else { "ROLLBACK TO SAVEPOINT repair" }).await?;
                }
                let done = match done {
                    Some(it) => it,
                    None => clone.rows(&format!("DELETE FROM {} AS t WHERE {nowhere} RETURNING 1", table.from()), &[]).await?,
                };
                changed += done.len();
            }
            if changed == 0 {
                return Ok(());
            }
        }
        Err(Error::new("the rows that sampled rows reference come to no end"))
    }
}

/// What makes a reference null, where that is allowed.
fn to_null(table: &Table, key: &ForeignKey) -> Option<String> {
    let may_be = |it: &&String| table.column(it).is_some_and(|it| !it.not_null && it.generated.is_none());
    let columns: Vec<String> = key.columns.iter().filter(may_be).map(|it| format!("{} = NULL", sql::name(it))).collect();
    let enough = if key.full { columns.len() == key.columns.len() } else { !columns.is_empty() };
    enough.then(|| columns.join(", "))
}

/// That the reference of row `t` leads to no row.
fn nowhere(key: &ForeignKey, to: &Table) -> String {
    let given: Vec<String> = key.columns.iter().map(|it| format!("t.{} IS NOT NULL", sql::name(it))).collect();
    let pairs = key.columns.iter().zip(&key.referenced).zip(&key.operators);
    let same: Vec<String> = pairs.map(|((own, of), equal)| format!("r.{} {equal} t.{}", sql::name(of), sql::name(own))).collect();
    let row = format!("NOT EXISTS (SELECT FROM {} AS r WHERE {})", to.from(), same.join(" AND "));
    format!("{} AND {row}", given.join(" AND "))
}

/// The keys that lead to no row yet.
fn missing(table: &Table, key: &ForeignKey, to: &Table) -> String {
    let texts: Vec<String> = key.columns.iter().map(|it| format!("t.{}::text", sql::name(it))).collect();
    format!(
        "SELECT coalesce(jsonb_agg(DISTINCT to_jsonb(ARRAY[{}])), '[]') FROM {} AS t WHERE {}",
        texts.join(", "),
        table.from(),
        nowhere(key, to)
    )
}

/// The live rows with these keys, each once.
fn referenced(table: &Table, key: &ForeignKey, to: &Table, keys: &[Vec<String>]) -> String {
    let types: Vec<&str> = key.columns.iter().map(|it| table.column(it).map_or("text", |it| &it.type_name)).collect();
    let row = |values: &Vec<String>| {
        let values: Vec<String> = values.iter().zip(&types).map(|(it, name)| format!("{}::{name}", sql::literal(it))).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<String> = keys.iter().map(row).collect();
    let names: Vec<String> = (1..=types.len()).map(|it| format!("k{it}")).collect();
    let pairs = key.referenced.iter().zip(&key.operators).zip(&names);
    let same: Vec<String> = pairs.map(|((of, equal), own)| format!("r.{} {equal} v.{own}", sql::name(of))).collect();
    let columns: Vec<String> = to.writable().map(|it| format!("r.{}", sql::name(&it.name))).collect();
    format!(
        "SELECT {} FROM {} AS r WHERE EXISTS (SELECT FROM (VALUES {}) AS v({}) WHERE {})",
        columns.join(", "),
        to.from(),
        rows.join(", "),
        names.join(", "),
        same.join(" AND ")
    )
}
