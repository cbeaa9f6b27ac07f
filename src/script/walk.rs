//! A backfill runs: range after range of a key, or of the places of rows, each range in a transaction of its own together with the note
//! how far it is. Stopped anywhere it goes on behind the last range that was committed.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use super::backfill::{Backfill, By};
use super::pace::{Pace, Watch};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::sql;

/// Who goes with a backfill.
pub(super) struct Company<'a> {
    /// How fast.
    pub(super) pace: Pace,
    /// How often a batch is tried again.
    pub(super) retries: u32,
    /// The SQL that writes down how far it is; part of each batch's transaction.
    pub(super) record: &'a (dyn Fn(&str) -> String + Sync),
    /// Hears what is going on.
    pub(super) notify: &'a (dyn Fn(&str) + Sync),
    /// Hears after each batch how far it is.
    pub(super) progress: &'a (dyn Fn(&Walked) + Sync),
}

/// How far a backfill is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The table.
    pub table: String,
    /// Rows looked at since this run began, roughly.
    pub looked_at: u64,
    /// Rows changed since this run began.
    pub changed: u64,
    /// How many rows the table has, roughly, where that is known and this run looks at all of them.
    pub of: Option<u64>,
    /// Whether it has come to its end.
    pub ended: bool,
}

/// A batch that failed; with what sqlx knows of it where it was the statement itself.
pub(super) enum Failure {
    Statement(sqlx::Error),
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Other(error)
    }
}

/// How far it is, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Position {
    /// Behind this key.
    After(Vec<String>),
    /// At this page, in the first pass or a later one.
    Page(u64),
    /// Behind all of it.
    End,
}

/// Rows of a range, and where the next one begins.
struct Range {
    condition: String,
    next: Position,
    rows: u64,
}

/// What is walked along.
enum Path {
    /// Columns with their types.
    Key(Vec<(String, String)>),
    /// Pages: how many there are, and how many rows are on one.
    Pages { count: u64, rows: f64 },
}

/// Runs a backfill from its beginning or from where it stopped.
pub(super) async fn walk(
    backfill: &Backfill,
    database: &mut Database,
    start: Option<&str>,
    company: &Company<'_>,
) -> std::result::Result<(), Failure> {
    let mut position: Option<Position> = start.and_then(|it| serde_json::from_str(it).ok());
    let path = path(backfill, database).await?;
    if position == Some(Position::End) {
        return Ok(());
    }
    let mut size = backfill.batches.rows.min(company.pace.largest);
    let mut watch = Watch::new(&company.pace);
    let of = if position.is_none() { estimate(backfill, database).await? } else { None };
    let mut walked = Walked { table: backfill.table.clone(), looked_at: 0, changed: 0, of, ended: false };
    let mut passes = Passes::default();
    loop {
        watch.wait(database, &backfill.table, company.notify).await?;
        let range = range(backfill, &path, position.as_ref(), size, database).await?;
        let begun = Instant::now();
        let changed = batch(backfill, &range, database, company, &mut size).await?;
        let took = begun.elapsed();
        (walked.looked_at, walked.changed) = (walked.looked_at + range.rows.max(changed), walked.changed + changed);
        (company.progress)(&walked);
        passes.changed += changed;
        match range.next {
            Position::End => break,
            Position::Page(0) if passes.is_last()? => break,
            next => position = Some(next),
        }
        size = company.pace.next(size, took);
        tokio::time::sleep(took.mul_f64(company.pace.rest)).await;
    }
    walked.ended = true;
    (company.progress)(&walked);
    Ok(())
}

/// Runs a backfill on a database of our own.
pub(crate) async fn walk_alone(backfill: &Backfill, database: &mut Database) -> Result<()> {
    let pace = Pace::alone();
    let company = Company { pace, retries: 0, record: &|_| String::new(), notify: &|_| {}, progress: &|_| {} };
    walk(backfill, database, None, &company).await.map_err(|it| match it {
        Failure::Statement(error) => error.into(),
        Failure::Other(error) => error,
    })
}

/// Along a key one pass is all. A row that others change may move behind the page that is looked at: there it takes as many passes as
/// it takes.
#[derive(Debug, Default)]
struct Passes {
    changed: u64,
    before: Vec<u64>,
}

impl Passes {
    fn is_last(&mut self) -> Result<bool> {
        let changed = std::mem::take(&mut self.changed);
        if changed == 0 {
            return Ok(true);
        }
        self.before.push(changed);
        match self.before.as_slice() {
            [.., a, b, c] if a <= b && b <= c => Err(Error::new("the backfill does not come to an end")
                .help("without a key it runs until its condition holds for no row: it must not hold for those that are done")),
            _ => Ok(false),
        }
    }
}

/// One range in a transaction of its own, tried again when it meets a lock; a smaller one then follows.
async fn batch(
    backfill: &Backfill,
    range: &Range,
    database: &mut Database,
    company: &Company<'_>,
    size: &mut usize,
) -> std::result::Result<u64, Failure> {
    let statement = backfill.within(&range.condition);
    let record = (company.record)(&serde_json::to_string(&range.next).map_err(Error::internal)?);
    let record = if record.is_empty() { record } else { super::run::as_ourselves(&record) };
    let mut attempt = 0;
    loop {
        database.run("BEGIN").await?;
        let error = match database.try_change(&statement).await {
            Ok(changed) => match database.try_run(&format!("{record}COMMIT")).await {
                Ok(()) => return Ok(changed),
                Err(error) => error,
            },
            Err(error) => error,
        };
        let undone = database.run("ROLLBACK").await.is_ok();
        if !(undone && super::failed::is_transient(&error) && attempt < company.retries) {
            return Err(Failure::Statement(error));
        }
        attempt += 1;
        *size = (*size / 2).max(1);
        (company.notify)(&format!("  {}; the batch is tried again", Error::from(error).message));
        tokio::time::sleep(Duration::from_millis(100) * 2_u32.saturating_pow(attempt)).await;
    }
}

/// The rows that follow a position.
async fn range(
    backfill: &Backfill,
    path: &Path,
    position: Option<&Position>,
    size: usize,
    database: &mut Database,
) -> Result<Range> {
    let alias = &backfill.alias;
    match path {
        Path::Key(key) => {
            let columns: Vec<String> = key.iter().map(|it| format!("{alias}.{}", sql::name(&it.0))).collect();
            let row = |values: &[String]| {
                let typed = key.iter().zip(values).map(|((_, kind), it)| format!("{}::{kind}", sql::literal(it)));
                format!("ROW({})", typed.collect::<Vec<_>>().join(", "))
            };
            let own = format!("ROW({})", columns.join(", "));
            let after = match position {
                Some(Position::After(values)) => format!("{own} > {}", row(values)),
                _ => "true".to_owned(),
            };
            let texts: Vec<String> = columns.iter().map(|it| format!("{it}::text")).collect();
            let last = format!(
                "SELECT ARRAY[{}] FROM {} WHERE {after} ORDER BY {} OFFSET {} LIMIT 1",
                texts.join(", "),
                backfill.source(),
                columns.join(", "),
                size.saturating_sub(1)
            );
            let last: Option<Vec<String>> = database.rows(&last, &[]).await?.first().map(|it| it.try_get(0)).transpose()?;
            Ok(match last {
                Some(last) => Range {
                    condition: format!("{after} AND {own} <= {}", row(&last)),
                    next: Position::After(last),
                    rows: size as u64,
                },
                None => Range { condition: after, next: Position::End, rows: 0 },
            })
        }
        Path::Pages { count, rows } => {
            let first = if let Some(Position::Page(it)) = position { *it } else { 0 };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a small count"
            )]
            let pages = (size as f64 / rows).max(1.0) as u64;
            let end = first + pages;
            let from = format!("{alias}.ctid >= '({first},0)'");
            let condition = if end >= *count { from } else { format!("{from} AND {alias}.ctid < '({end},0)'") };
            Ok(Range { condition, next: Position::Page(if end < *count { end } else { 0 }), rows: size as u64 })
        }
    }
}

/// What to walk along: what the statement says, or what the table has.
async fn path(backfill: &Backfill, database: &mut Database) -> Result<Path> {
    const PLAIN: &str = "SELECT relkind IN ('r', 'p') FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)";
    const KEYS: &str = "SELECT coalesce(jsonb_agg(columns ORDER BY NOT indisprimary, cardinality(columns), indexrelid), '[]') FROM \
        (SELECT i.indexrelid, i.indisprimary, array_agg(a.attname::text ORDER BY k.place) AS columns \
         FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place), pg_catalog.pg_attribute a \
         WHERE i.indrelid = pg_catalog.to_regclass($1) AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL \
           AND k.place <= i.indnkeyatts AND a.attrelid = i.indrelid AND a.attnum = k.attnum AND i.indisunique \
         GROUP BY i.indexrelid, i.indisprimary HAVING bool_and(a.attnotnull)) AS keys";
    const INDEXES: &str = "SELECT coalesce(jsonb_agg(columns), '[]') FROM \
        (SELECT array_agg(a.attname::text ORDER BY k.place) AS columns \
         FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place), pg_catalog.pg_attribute a, \
              pg_catalog.pg_class c, pg_catalog.pg_am m \
         WHERE i.indrelid = pg_catalog.to_regclass($1) AND i.indisvalid AND i.indpred IS NULL AND c.oid = i.indexrelid \
           AND m.oid = c.relam AND m.amname = 'btree' AND a.attrelid = i.indrelid AND a.attnum = k.attnum GROUP BY i.indexrelid) AS keys";
    const COLUMNS: &str = "SELECT coalesce(jsonb_object_agg(attname, jsonb_build_array(pg_catalog.format_type(atttypid, atttypmod), attnotnull)), '{}') \
        FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped";
    let table = backfill.table.as_str();
    let is_table = database.rows(PLAIN, &[table]).await?.first().map(|it| it.try_get::<bool, _>(0)).transpose()?;
    match is_table {
        Some(true) => {}
        Some(false) => return Err(Error::new(format!("{table} is not a table, and only a table can be changed in batches"))),
        None => return Err(Error::new(format!("there is no table {table}"))),
    }
    let key = match &backfill.batches.by {
        By::Place => None,
        By::Found => database.value::<Vec<Vec<String>>>(KEYS, &[table]).await?.into_iter().next(),
        By::Key(key) => {
            let indexes: Vec<Vec<String>> = database.value(INDEXES, &[table]).await?;
            if !indexes.iter().any(|it| it.starts_with(key)) {
                return Err(Error::new(format!(
                    "no index of {table} begins with ({}): each batch would sort all rows",
                    key.join(", ")
                ))
                .help("name the columns of an index, or none, and the primary key is taken"));
            }
            Some(key.clone())
        }
    };
    let Some(key) = key else { return pages(backfill, database).await };
    let types: std::collections::BTreeMap<String, (String, bool)> = database.value(COLUMNS, &[table]).await?;
    if let Some(it) = key.iter().find(|it| types.get(*it).is_some_and(|it| !it.1)) {
        return Err(Error::new(format!("rows of {table} may have no {it}, and a backfill by it would leave them out"))
            .help("name columns that are NOT NULL, or none, and the primary key is taken"));
    }
    if let Some(it) = key.iter().find(|it| backfill.sets.contains(it)) {
        return Err(
            Error::new(format!("the backfill changes {it}, by which it goes through {table}")).help("go by other columns")
        );
    }
    Ok(Path::Key(key.into_iter().filter_map(|it| types.get(&it).map(|kind| (it.clone(), kind.0.clone()))).collect()))
}

async fn pages(backfill: &Backfill, database: &mut Database) -> Result<Path> {
    if !backfill.conditional {
        let error = Error::new(format!("{} has no key to go by, and without one a backfill needs a condition", backfill.table));
        return Err(
            error.help("add a WHERE that holds only for rows that are not done yet: they are looked for until none is left")
        );
    }
    const PAGES: &str = "SELECT jsonb_build_array(coalesce(max(pg_catalog.pg_relation_size(c.oid)), 0) \
            / pg_catalog.current_setting('block_size')::bigint, \
            coalesce(greatest(sum(c.reltuples), 0) / nullif(sum(c.relpages), 0), 0)) \
        FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1) \
          OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1))) \
          OR c.oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = pg_catalog.to_regclass($1))";
    let (count, rows): (u64, f64) = database.value(PAGES, &[&backfill.table]).await?;
    // Never analyzed: as many as there are on a page of rows of common width.
    Ok(Path::Pages { count, rows: if rows < 1.0 { 60.0 } else { rows } })
}

/// How many rows there are to look at, as the planner believes.
async fn estimate(backfill: &Backfill, database: &mut Database) -> Result<Option<u64>> {
    const ROWS: &str = "SELECT sum(c.reltuples) FILTER (WHERE c.reltuples > 0)::bigint FROM pg_catalog.pg_class c \
        WHERE c.relkind = 'r' AND (c.oid = pg_catalog.to_regclass($1) \
          OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1))))";
    database.value(ROWS, &[&backfill.table]).await
}
