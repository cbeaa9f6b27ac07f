//! Sampling: real rows of the live database in a clone, in place of seeded ones.
//!
//! The live database is only read, in one snapshot and for a bounded time. What refuses to be sampled is told with the reason and
//! left to seeding. No reason holds a value: it is told by SQLSTATE, never in the server's words.

mod follow;
mod load;
mod pick;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::error::Result;
use crate::rows::insert;
use crate::rows::tables::{Table, Tables};
use crate::rows::{ALIKE, Relation, SCANS};

use pick::{Fact, Found};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Nobody waits for a sample: no lock is waited for long, no statement reads for long.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '2s'; \
    SET LOCAL statement_timeout = '10s'; SET LOCAL search_path = pg_catalog";

/// What came from the live database, and what not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sampled {
    /// Tables with real rows, those included that are only referenced.
    pub rows: BTreeMap<Relation, Real>,
    /// The other tables of those that were asked for, with the reasons.
    pub left: BTreeMap<Relation, String>,
    /// Partitions of tables with real rows; they may have none themselves.
    pub partitions: BTreeSet<Relation>,
}

/// How many rows of a table are real ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Real {
    /// So many are in the clone.
    pub rows: usize,
    /// So many the live table has, where it is known.
    pub of: Option<u64>,
    /// Whether they were counted, not estimated.
    pub counted: bool,
}

/// Copies up to `most` rows of each table, and the rows that these reference, into the same tables of a fresh clone, in which neither
/// triggers nor rules fire. An error leaves the clone as it was.
pub async fn sample(clone: &mut Database, live: &mut Database, relations: &BTreeSet<Relation>, most: usize) -> Result<Sampled> {
    let sampled = in_one_snapshot(clone, live, relations, most).await;
    live.run("ROLLBACK").await?;
    clone.run(if sampled.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    sampled
}

async fn in_one_snapshot(
    clone: &mut Database,
    live: &mut Database,
    relations: &BTreeSet<Relation>,
    most: usize,
) -> Result<Sampled> {
    live.run(&format!("{READ}; {SCANS}; {ALIKE}")).await?;
    clone.run(&format!("BEGIN; SET LOCAL search_path = pg_catalog; SET LOCAL row_security = off; {ALIKE}")).await?;
    let tables = closure(clone, relations).await?;
    let (off, on) = insert::switches(&tables);
    for it in off {
        clone.run(&it).await?;
    }
    // What constraints and columns compute may name things as users do.
    clone.run("SET LOCAL search_path TO DEFAULT; SET LOCAL session_replication_role = replica").await?;
    let facts = pick::facts(live, &tables).await?;
    let mut sampling = Sampling { reasons: unfit(&tables, &facts), tables, facts, most, until: Instant::now() + PATIENCE };
    let mut found = sampling.take(clone, live, relations).await?;
    sampling.follow(clone, live).await?;
    sampling.repair(clone).await?;
    clone.run("SET LOCAL session_replication_role = origin").await?;
    for it in on {
        clone.run(&it).await?;
    }
    sampling.told(clone, relations, &mut found).await
}

/// What is known while rows are sampled.
struct Sampling {
    tables: Tables,
    facts: BTreeMap<Relation, Fact>,
    /// Tables that get no real rows, by their address in the clone, and why.
    reasons: BTreeMap<i64, String>,
    most: usize,
    until: Instant,
}

/// The tables with their partitions and children, and whatever they reference, through all levels.
async fn closure(clone: &mut Database, relations: &BTreeSet<Relation>) -> Result<Tables> {
    let mut wanted = relations.clone();
    loop {
        let tables = Tables::read(clone, &wanted).await?;
        let known = wanted.len();
        wanted.extend(tables.tables.iter().map(Table::relation));
        if wanted.len() == known {
            return Ok(tables);
        }
    }
}

/// Tables whose rows cannot be had, or not with all that they reference.
fn unfit(tables: &Tables, facts: &BTreeMap<Relation, Fact>) -> BTreeMap<i64, String> {
    let own = tables.tables.iter().filter_map(|it| Some((it.oid, pick::unfit(it, facts.get(&it.relation()))?)));
    let mut reasons: BTreeMap<i64, String> = own.collect();
    let name = |oid: i64| tables.table(oid).map_or(String::new(), |it| it.relation().to_string());
    loop {
        let known = reasons.len();
        for table in &tables.tables {
            let because = |oid: &i64| reasons.contains_key(oid);
            let referenced = table.foreign_keys.iter().map(|it| it.table).find(|it| *it != table.oid && because(it));
            let above = table.parents.iter().copied().find(|it| table.partition && because(it));
            let below = tables.leaves(table).into_iter().map(|it| it.oid).find(because);
            let reason = match (referenced, above, below) {
                (Some(it), ..) => format!("it references {}, which is not sampled", name(it)),
                (_, Some(it), _) => format!("other partitions of {} are not sampled", name(it)),
                (.., Some(it)) => format!("its partition {} is not sampled", name(it)),
                _ => continue,
            };
            reasons.entry(table.oid).or_insert(reason);
        }
        if reasons.len() == known {
            return reasons;
        }
    }
}

impl Sampling {
    /// The tables that hold rows and are to get some, with how many: a partitioned table's are shared by its partitions.
    fn shares(&self, relations: &BTreeSet<Relation>) -> BTreeMap<i64, usize> {
        let mut shares = BTreeMap::new();
        let mut add = |oid: i64, share: usize| {
            let known: &mut usize = shares.entry(oid).or_default();
            *known = share.max(*known);
        };
        for table in self.tables.tables.iter().filter(|it| relations.contains(&it.relation())) {
            if table.kind == "p" {
                let leaves = self.tables.leaves(table);
                let weights: Vec<u64> = leaves.iter().map(|it| self.facts.get(&it.relation()).map_or(0, |it| it.pages)).collect();
                leaves.iter().zip(pick::split(self.most, &weights)).for_each(|(it, share)| add(it.oid, share));
            }
            // A child that inherits is a table of its own.
            let mut family = vec![table];
            while let Some(it) = family.pop() {
                if it.kind == "r" && !it.partition || it.oid == table.oid {
                    add(it.oid, self.most);
                }
                family.extend(self.tables.tables.iter().filter(|child| !child.partition && child.parents.contains(&it.oid)));
            }
        }
        shares.retain(|oid, share| *share > 0 && self.tables.table(*oid).is_some_and(|it| it.kind == "r"));
        shares
    }

    /// Takes the rows that were asked for; what fails becomes a reason.
    async fn take(
        &mut self,
        clone: &mut Database,
        live: &mut Database,
        relations: &BTreeSet<Relation>,
    ) -> Result<BTreeMap<i64, Found>> {
        let mut all = BTreeMap::new();
        for (oid, share) in self.shares(relations) {
            let Some(table) = self.tables.table(oid).cloned() else { continue };
            if self.reasons.contains_key(&oid) {
                continue;
            }
            if Instant::now() > self.until {
                self.reasons.insert(oid, format!("the {} s for all samples were over", PATIENCE.as_secs()));
                continue;
            }
            match pick::pick(live, &table, self.facts.get(&table.relation()), share).await? {
                Ok(found) => {
                    if let Some(query) = found.query(&table)
                        && let Err(reason) = load::load(clone, live, &self.tables, &table, &query).await?
                    {
                        self.reasons.insert(oid, reason);
                    }
                    all.insert(oid, found);
                }
                Err(reason) => drop(self.reasons.insert(oid, reason)),
            }
        }
        Ok(all)
    }

    /// What is in the clone now.
    async fn told(
        &self,
        clone: &mut Database,
        relations: &BTreeSet<Relation>,
        found: &mut BTreeMap<i64, Found>,
    ) -> Result<Sampled> {
        let mut sampled = Sampled::default();
        for table in self.tables.tables.iter().filter(|it| matches!(it.kind.as_str(), "r" | "p")) {
            let rows: usize = clone.value(&format!("SELECT count(*) FROM {}", table.from()), &[]).await?;
            let leaves = self.tables.leaves(table);
            let parts: Vec<&Table> = if table.kind == "p" { leaves } else { vec![table] };
            let all: Vec<Option<(u64, bool)>> = parts.iter().map(|it| self.total(it, found)).collect();
            let of = all.iter().map(|it| it.map(|it| it.0)).sum();
            let counted = all.iter().all(|it| it.is_some_and(|it| it.1));
            let relation = table.relation();
            if rows > 0 {
                sampled.rows.insert(relation, Real { rows, of, counted });
            } else if relations.contains(&relation) {
                let reason = self.reasons.get(&table.oid).cloned();
                let empty = || if of == Some(0) && counted { "it has no rows" } else { "no row was found in it" }.to_owned();
                sampled.left.insert(relation, reason.unwrap_or_else(empty));
            }
        }
        let roots = self.tables.tables.iter().filter(|it| it.kind == "p" && sampled.rows.contains_key(&it.relation()));
        sampled.partitions = roots.flat_map(|it| self.tables.leaves(it)).map(Table::relation).collect();
        sampled.left.retain(|it, _| !sampled.partitions.contains(it));
        let gone = |it: &&Relation| !self.tables.tables.iter().any(|table| table.relation() == **it);
        sampled.left.extend(relations.iter().filter(gone).map(|it| (it.clone(), "it does not exist".to_owned())));
        Ok(sampled)
    }

    /// How many rows a table has on the live database, and whether they were counted.
    fn total(&self, table: &Table, found: &BTreeMap<i64, Found>) -> Option<(u64, bool)> {
        let estimate = || self.facts.get(&table.relation()).and_then(|it| it.rows).map(|it| (it, false));
        match found.get(&table.oid) {
            Some(it) if it.whole => Some((it.total, true)),
            Some(it) => estimate().filter(|estimate| estimate.0 >= it.total).or(Some((it.total, false))),
            None => estimate(),
        }
    }
}
