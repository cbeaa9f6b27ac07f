//! A database read into a [`Catalog`]: one query per kind, `pg_depend` by address, and the rest that nobody claims.
//!
//! Read without locks: the catalogs are fingerprinted before and after, and read again when they moved in between.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::canonical;
use crate::catalog::{Catalog, Id, Object};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::kinds::{KINDS, Kind};
use crate::timing;

/// Settings that change what PostgreSQL prints; the same on every server we read.
const SETTINGS: &str = "SET search_path = pg_catalog; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; \
    SET intervalstyle = 'postgres'; SET extra_float_digits = 3; SET bytea_output = 'hex'; SET xmloption = content; \
    SET quote_all_identifiers = off; SET lc_monetary = 'C'; SET standard_conforming_strings = on; SET jit = off; \
    SET client_encoding = 'UTF8'; SET work_mem = '64MB'; SET statement_timeout = 0; SET row_security = off";

/// How often a catalog that changes under our hands is read again.
const TRIES: usize = 5;

/// Reads everything that the kinds know. Leaves the session with our settings.
pub async fn introspect(database: &mut Database) -> Result<Catalog> {
    let _stage = timing::stage("introspect the live database");
    database.run(SETTINGS).await?;
    for _ in 0..TRIES {
        let before = fingerprint(database).await?;
        let catalog = read(database).await?;
        if fingerprint(database).await? == before {
            return Ok(catalog);
        }
    }
    Err(Error::new("the schema changed every time while it was being read").help("run again when no other migration is running"))
}

/// The same for a database that nobody but us writes to.
pub async fn introspect_ours(database: &mut Database) -> Result<Catalog> {
    let _stage = timing::stage("introspect");
    database.run(SETTINGS).await?;
    read(database).await
}

/// Objects of these kinds alone, with no edges but to their parents: what they belong to must be among the kinds.
pub async fn introspect_kinds(database: &mut Database, kinds: &BTreeSet<&str>) -> Result<Catalog> {
    let _stage = timing::stage("introspect a part");
    database.run(SETTINGS).await?;
    let facts = facts(database, |it| kinds.contains(it.name())).await?;
    Ok(assemble(facts, &[])?.0)
}

/// A cheap sign of change: hashes of row versions over the catalogs that hold a schema.
async fn fingerprint(database: &mut Database) -> Result<String> {
    let rows = database.rows_again(include_str!("fingerprint.sql")).await?;
    Ok(rows.first().and_then(|row| row.try_get::<String, _>(0).ok()).unwrap_or_default())
}

/// A row of a kind's query.
struct Fact {
    kind: &'static dyn Kind,
    path: Vec<String>,
    parent: Option<String>,
    addresses: Vec<String>,
    needs: Vec<String>,
    attrs: Value,
}

async fn facts(database: &mut Database, wanted: impl Fn(&dyn Kind) -> bool) -> Result<Vec<Fact>> {
    let major = database.value::<u32>("SELECT current_setting('server_version_num')::int", &[]).await? / 10_000;
    let mut facts = Vec::new();
    for kind in KINDS.iter().filter(|it| it.since() <= major && wanted(**it)) {
        let rows = database.rows_again(kind.query()).await.map_err(|it| it.within(format!("reading every {}", kind.name())))?;
        for row in rows {
            let mut attrs: Value = row.try_get("attrs")?;
            canonical::expressions(&mut attrs);
            facts.push(Fact {
                kind: *kind,
                path: texts(&row, "path")?,
                parent: row.try_get("parent")?,
                addresses: texts(&row, "addresses")?,
                needs: texts(&row, "needs")?,
                attrs,
            });
        }
    }
    Ok(facts)
}

async fn read(database: &mut Database) -> Result<Catalog> {
    let facts = facts(database, |_| true).await?;
    let edges = database.rows_again(include_str!("depend.sql")).await?;
    let edges: Vec<(String, String)> =
        edges.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<std::result::Result<_, sqlx::Error>>()?;
    let assembling = timing::stage("  assemble the catalog");
    let (mut catalog, claims) = assemble(facts, &edges)?;
    drop(assembling);
    catalog.unclaimed = unclaimed(database, &claims).await?;
    Ok(catalog)
}

/// An array of texts; what a query left open is left out.
fn texts(row: &PgRow, column: &str) -> Result<Vec<String>> {
    Ok(row.try_get::<Vec<Option<String>>, _>(column)?.into_iter().flatten().collect())
}

/// The identities of objects that stand in the database and that no kind claims.
async fn unclaimed(database: &mut Database, claims: &BTreeMap<String, Id>) -> Result<BTreeSet<String>> {
    let mut identities = BTreeSet::new();
    for row in database.rows_again(include_str!("owned.sql")).await? {
        let address: String = row.try_get(0)?;
        if claims.contains_key(&address) {
            continue;
        }
        let identity = "SELECT type || ' ' || identity FROM pg_identify_object(split_part($1, '/', 1)::regclass, \
            split_part($1, '/', 2)::oid, 0)";
        for row in database.rows(identity, &[&address]).await? {
            identities.extend(row.try_get::<Option<String>, _>(0)?);
        }
    }
    Ok(identities)
}

/// Objects by id, edges by address.
fn assemble(facts: Vec<Fact>, edges: &[(String, String)]) -> Result<(Catalog, BTreeMap<String, Id>)> {
    let mut catalog = Catalog::default();
    let mut claims: BTreeMap<String, Id> = BTreeMap::new();
    let mut wanted: Vec<(Id, Vec<String>)> = Vec::new();
    let mut waiting = facts;
    // An object's id may stand on its parent's, so parents come first; several rounds, as a row may precede its parent's.
    loop {
        let (ready, later): (Vec<Fact>, Vec<Fact>) =
            waiting.into_iter().partition(|it| it.parent.as_ref().is_none_or(|parent| find(&claims, parent).is_some()));
        if ready.is_empty() {
            break; // the parents of these belong to an extension, or are reported as unclaimed
        }
        for fact in ready {
            let parent = fact.parent.as_ref().and_then(|it| find(&claims, it)).cloned();
            let id = match &parent {
                Some(parent) if fact.kind.follows_parent() => {
                    let path = std::iter::once(&parent.kind).chain(&parent.path).chain(&fact.path).cloned().collect();
                    Id { kind: fact.kind.name().to_owned(), path }
                }
                _ => Id { kind: fact.kind.name().to_owned(), path: fact.path },
            };
            claims.extend(fact.addresses.into_iter().map(|it| (it, id.clone())));
            catalog.needs.insert(id.clone(), parent.iter().cloned().collect());
            wanted.push((id.clone(), fact.needs));
            if catalog.objects.insert(id.clone(), Object { id: id.clone(), parent, attrs: fact.attrs }).is_some() {
                return Err(Error::internal(format!("the query of its kind returns {id} twice")));
            }
        }
        waiting = later;
    }
    let explicit = wanted.iter().flat_map(|(id, needs)| needs.iter().map(move |need| (Some(id), need)));
    let recorded = edges.iter().map(|(from, to)| (find(&claims, from), to));
    let found: Vec<(Id, Id)> = explicit
        .chain(recorded)
        .filter_map(|(from, to)| Some((from?.clone(), find(&claims, to)?.clone())))
        .filter(|(from, to)| from != to)
        .collect();
    for (from, to) in found {
        catalog.needs.entry(from).or_default().insert(to);
    }
    Ok((catalog, claims))
}

/// Who claims an address; a part of an object that nobody claims by itself is the object's.
fn find<'a>(claims: &'a BTreeMap<String, Id>, address: &str) -> Option<&'a Id> {
    claims.get(address).or_else(|| {
        let (object, part) = address.rsplit_once('/')?;
        if part == "0" { None } else { claims.get(&format!("{object}/0")) }
    })
}
