//! Seeding: rows in each table, in one transaction in which neither triggers nor rules fire.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::database::Database;
use crate::error::Result;
use crate::rows::insert;
use crate::rows::tables::{Table, Tables};
use crate::rows::{ALIKE, Relation};

/// What was seeded, and what not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeded {
    /// How many rows each table has, those included that the given ones reference.
    pub rows: BTreeMap<Relation, usize>,
    /// Tables and columns without values, with the reasons. A table without rows is always here.
    pub not_seeded: BTreeMap<Relation, Vec<String>>,
}

/// What `seed.sql` leaves.
#[derive(Debug, Deserialize)]
struct Done {
    reasons: BTreeMap<String, String>,
    counts: BTreeMap<String, Count>,
}

#[derive(Debug, Deserialize)]
struct Count {
    rows: usize,
    /// Values that are not null, by column.
    values: Vec<usize>,
}

/// Something that rows are to satisfy besides what their tables demand: it stands while they are seeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// What stands it up. Where that is refused, it is done without.
    pub up: String,
    /// What takes it down again.
    pub down: String,
}

/// Seeds each table so that it has at least 100 rows where its constraints allow. What refuses to be seeded is reported, not an
/// error; the connection is left as it was.
pub async fn seed(database: &mut Database, tables: &BTreeSet<Relation>) -> Result<Seeded> {
    seed_beside(database, tables, &BTreeSet::new(), &[]).await
}

/// The same where some tables are `filled`, have their rows already and get no others; references lead to those.
pub async fn seed_beside(
    database: &mut Database,
    tables: &BTreeSet<Relation>,
    filled: &BTreeSet<Relation>,
    demands: &[Demand],
) -> Result<Seeded> {
    database.run("BEGIN").await?;
    match seed_under(database, tables, filled, demands).await {
        Ok(seeded) => {
            database.run("COMMIT").await?;
            Ok(seeded)
        }
        Err(error) if !demands.is_empty() => {
            tracing::debug!(%error, "rows are seeded without what will be demanded of them");
            database.run("ROLLBACK").await?;
            Box::pin(seed_beside(database, tables, filled, &[])).await
        }
        Err(error) => {
            database.run("ROLLBACK").await?;
            // A connection that may not switch triggers off, for one.
            let reason = || vec![error.message.clone()];
            Ok(Seeded { rows: BTreeMap::new(), not_seeded: tables.iter().map(|it| (it.clone(), reason())).collect() })
        }
    }
}

/// Seeds while what is demanded stands.
async fn seed_under(
    database: &mut Database,
    tables: &BTreeSet<Relation>,
    filled: &BTreeSet<Relation>,
    demands: &[Demand],
) -> Result<Seeded> {
    let mut open: Vec<&Demand> = demands.iter().collect();
    let mut standing: Vec<&Demand> = Vec::new();
    // One may need another: a reference the key that it leads to.
    loop {
        let mut refused = Vec::new();
        for demand in &open {
            database.run("SAVEPOINT demand").await?;
            match database.run(&demand.up).await {
                Ok(()) => standing.push(demand),
                Err(_) => {
                    database.run("ROLLBACK TO SAVEPOINT demand").await?;
                    refused.push(*demand);
                }
            }
        }
        if refused.is_empty() || refused.len() == open.len() {
            break;
        }
        open = refused;
    }
    let seeded = seed_all(database, tables, filled).await?;
    for demand in standing.iter().rev() {
        database.run(&demand.down).await?;
    }
    Ok(seeded)
}

async fn seed_all(database: &mut Database, relations: &BTreeSet<Relation>, filled: &BTreeSet<Relation>) -> Result<Seeded> {
    database.run(&format!("SET LOCAL jit = off; SET LOCAL client_min_messages = error; {ALIKE}")).await?;
    let known = Tables::read(database, relations).await?;
    let mut seeded = Seeded::default();
    for relation in relations {
        let table = known.tables.iter().find(|it| it.relation() == *relation);
        if let Some(reason) = table.map_or(Some("it does not exist"), |it| never_seeded(&known, it)) {
            seeded.not_seeded.insert(relation.clone(), vec![reason.to_owned()]);
        }
    }
    let done = run(database, &known, filled).await?;
    for table in &known.tables {
        let Some(count) = done.counts.get(&table.oid.to_string()) else { continue };
        if count.rows == 0 && filled.contains(&table.relation()) {
            continue; // a partition whose table has rows elsewhere
        }
        let mut reasons: Vec<String> = done.reasons.get(&table.oid.to_string()).cloned().into_iter().collect();
        if count.rows > 0 {
            let columns = table.columns.iter().zip(&count.values).filter(|(it, values)| **values == 0 && it.generated.is_none());
            reasons.extend(columns.map(|(it, _)| format!("column {}: only null", crate::sql::name(&it.name))));
        } else if reasons.is_empty() && never_seeded(&known, table).is_none() {
            reasons.push(empty(&known, table, &done));
        }
        if !reasons.is_empty() {
            seeded.not_seeded.entry(table.relation()).or_default().extend(reasons);
        }
        seeded.rows.insert(table.relation(), count.rows);
    }
    Ok(seeded)
}

/// Runs `seed.sql`; its language is brought where it is not there.
async fn run(database: &mut Database, tables: &Tables, filled: &BTreeSet<Relation>) -> Result<Done> {
    if !tables.plpgsql {
        database.run("CREATE EXTENSION plpgsql").await?;
    }
    database.run("SET LOCAL session_replication_role = replica").await?;
    let work = insert::work(tables, filled).to_string();
    database.rows("SELECT set_config('schemagen.work', $1, true)", &[&work]).await?;
    database.run(include_str!("seed.sql")).await?;
    let done = database.value("SELECT current_setting('schemagen.work')::jsonb", &[]).await?;
    database.run("SELECT set_config('schemagen.work', '', true)").await?;
    if !tables.plpgsql {
        database.run("DROP EXTENSION plpgsql").await?;
    }
    Ok(done)
}

/// Why no row can stand in it, by what it is.
fn never_seeded(tables: &Tables, table: &Table) -> Option<&'static str> {
    match table.kind.as_str() {
        "r" => None,
        "p" if tables.leaves(table).is_empty() => Some("it has no partitions"),
        "p" => None,
        "f" => Some("a foreign table's rows are elsewhere"),
        _ => Some("a view's rows are others'"),
    }
}

/// Why a table has no rows though inserting them did not fail.
fn empty(tables: &Tables, table: &Table, done: &Done) -> String {
    let leaves = tables.leaves(table);
    let reason = leaves.iter().find_map(|it| Some((it, done.reasons.get(&it.oid.to_string())?)));
    match reason {
        Some((leaf, reason)) => format!("partition {}: {reason}", crate::sql::name(&leaf.name)),
        None => "its rows refer to each other in a way that was not found".to_owned(),
    }
}
