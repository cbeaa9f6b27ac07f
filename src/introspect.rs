//! A database read into a [`Catalog`]: one query per kind, `pg_depend` by address, and the rest that nobody claims.
//!
//! Read without locks: the catalogs are fingerprinted before and after, and read again when they moved in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;

use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::task::JoinHandle;

use crate::canonical;
use crate::catalog::{Catalog, Id, Object};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::kinds::{KINDS, Kind};
use crate::row_names;
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
        let catalog = read(database, None).await?;
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
    let Some(mut twin) = database.twin().await? else { return read(database, None).await };
    twin.run(SETTINGS).await?;
    let catalog = read(database, Some(&mut twin)).await;
    database.keep(twin);
    catalog
}

/// Objects of these kinds alone, with no edges but to their parents: what they belong to must be among the kinds.
pub async fn introspect_kinds(database: &mut Database, kinds: &BTreeSet<&str>) -> Result<Catalog> {
    let _stage = timing::stage("introspect a part");
    database.run(SETTINGS).await?;
    let asked = known(database).await?.into_iter().filter(|it| kinds.contains(KINDS[*it].name()));
    let facts = joined(take(database, &Mutex::new(asked.collect())).await?).await?;
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

impl Fact {
    fn of(kind: &'static dyn Kind, row: &PgRow) -> Result<Fact> {
        let mut attrs: Value = row.try_get("attrs")?;
        canonical::expressions(&mut attrs);
        let (parent, path) = (row.try_get("parent")?, texts(row, "path")?);
        Ok(Fact { kind, path, parent, addresses: texts(row, "addresses")?, needs: texts(row, "needs")?, attrs })
    }
}

/// What becomes of the rows of the kind at a place in [`KINDS`].
type Decoded = (usize, JoinHandle<Result<Vec<Fact>>>);

/// The kinds that are still to be read.
type Queue = Mutex<VecDeque<usize>>;

/// Reads kind after kind until none is left. Rows become facts on another thread while the server runs the next query.
async fn take(database: &mut Database, queue: &Queue) -> Result<Vec<Decoded>> {
    let next = || queue.lock().ok().and_then(|mut it| it.pop_front());
    let mut taken = Vec::new();
    while let Some(place) = next() {
        let kind = KINDS[place];
        let rows = database.rows_again(kind.query()).await.map_err(|it| it.within(format!("reading every {}", kind.name())))?;
        taken.push((place, tokio::task::spawn_blocking(move || rows.iter().map(|it| Fact::of(kind, it)).collect())));
    }
    Ok(taken)
}

/// The places in [`KINDS`] of those that the server's version has.
async fn known(database: &mut Database) -> Result<Vec<usize>> {
    let major = database.value::<u32>("SELECT current_setting('server_version_num')::int", &[]).await? / 10_000;
    Ok((0..KINDS.len()).filter(|it| KINDS[*it].since() <= major).collect())
}

/// Those among them that the database has something of, as far as their homes tell.
async fn inhabited(database: &mut Database, kinds: Vec<usize>) -> Result<Vec<usize>> {
    let homes: BTreeSet<&str> = kinds.iter().filter_map(|it| KINDS[*it].home()).collect();
    let there: Vec<String> = homes.iter().map(|it| format!("EXISTS (SELECT FROM {it})")).collect();
    let rows = database.rows_again(&format!("SELECT ARRAY[{}]", there.join(", "))).await?;
    let answers: Vec<bool> = rows.first().map(|it| it.try_get(0)).transpose()?.unwrap_or_default();
    let empty: BTreeSet<&str> = homes.into_iter().zip(answers).filter(|it| !it.1).map(|it| it.0).collect();
    Ok(kinds.into_iter().filter(|it| KINDS[*it].home().is_none_or(|it| !empty.contains(it))).collect())
}

/// The facts of all kinds in the order of [`KINDS`].
async fn joined(mut taken: Vec<Decoded>) -> Result<Vec<Fact>> {
    taken.sort_by_key(|it| it.0);
    let mut facts = Vec::new();
    for (_, decoding) in taken {
        facts.extend(decoding.await.map_err(|it| Error::internal(it.to_string()))??);
    }
    Ok(facts)
}

/// Reads the catalog, over a second connection too where there is one.
async fn read(database: &mut Database, twin: Option<&mut Database>) -> Result<Catalog> {
    let known = known(database).await?;
    let queue = Mutex::new(inhabited(database, known).await?.into());
    let mut taken = Vec::new();
    if let Some(twin) = twin {
        let (one, other) = tokio::try_join!(take(database, &queue), take(twin, &queue))?;
        taken.extend(one.into_iter().chain(other));
    } else {
        taken = take(database, &queue).await?;
    }
    let edges = database.rows_again(include_str!("depend.sql")).await?;
    let edges: Vec<(String, String)> =
        edges.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<std::result::Result<_, sqlx::Error>>()?;
    let facts = joined(taken).await?;
    let assembling = tokio::task::spawn_blocking(move || {
        let _stage = timing::stage("  assemble the catalog");
        let (mut catalog, claims) = assemble(facts, &edges)?;
        row_names::by_column(&mut catalog);
        Ok::<_, Error>((catalog, claims))
    });
    let (mut catalog, claims) = assembling.await.map_err(|it| Error::internal(it.to_string()))??;
    catalog.unclaimed = unclaimed(database, &claims).await?;
    Ok(catalog)
}

/// An array of texts; what a query left open is left out.
fn texts(row: &PgRow, column: &str) -> Result<Vec<String>> {
    Ok(row.try_get::<Vec<Option<String>>, _>(column)?.into_iter().flatten().collect())
}

/// The identities of objects that stand in the database and that no kind claims.
async fn unclaimed(database: &mut Database, claims: &Claims) -> Result<BTreeSet<String>> {
    let mut identities = BTreeSet::new();
    for row in database.rows_again(include_str!("owned.sql")).await? {
        let address: String = row.try_get(0)?;
        if claims.by_address.contains_key(&address) {
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
fn assemble(facts: Vec<Fact>, edges: &[(String, String)]) -> Result<(Catalog, Claims)> {
    let mut catalog = Catalog::default();
    let mut claims = Claims::default();
    let mut wanted: Vec<(usize, Vec<String>)> = Vec::new();
    let mut waiting = facts;
    // An object's id may stand on its parent's, so parents come first; several rounds, as a row may precede its parent's.
    loop {
        let (ready, later): (Vec<Fact>, Vec<Fact>) =
            waiting.into_iter().partition(|it| it.parent.as_ref().is_none_or(|parent| claims.find(parent).is_some()));
        if ready.is_empty() {
            break; // the parents of these belong to an extension, or are reported as unclaimed
        }
        for fact in ready {
            let parent = fact.parent.as_ref().and_then(|it| claims.find(it)).map(|it| claims.ids[it].clone());
            let id = match &parent {
                Some(parent) if fact.kind.follows_parent() => {
                    let path = std::iter::once(&parent.kind).chain(&parent.path).chain(&fact.path).cloned().collect();
                    Id { kind: fact.kind.name().to_owned(), path }
                }
                _ => Id { kind: fact.kind.name().to_owned(), path: fact.path },
            };
            let number = claims.ids.len();
            claims.by_address.extend(fact.addresses.into_iter().map(|it| (it, number)));
            claims.ids.push(id.clone());
            catalog.needs.insert(id.clone(), parent.iter().cloned().collect());
            wanted.push((number, fact.needs));
            if catalog.objects.insert(id.clone(), Object { id: id.clone(), parent, attrs: fact.attrs }).is_some() {
                return Err(Error::internal(format!("the query of its kind returns {id} twice")));
            }
        }
        waiting = later;
    }
    let explicit = wanted.iter().flat_map(|(from, needs)| needs.iter().map(move |need| (Some(*from), need)));
    let recorded = edges.iter().map(|(from, to)| (claims.find(from), to));
    let found = explicit.chain(recorded).filter_map(|(from, to)| Some((from?, claims.find(to)?)));
    let mut found: Vec<(usize, usize)> = found.filter(|(from, to)| from != to).collect();
    found.sort_unstable();
    found.dedup();
    for edges in found.chunk_by(|one, other| one.0 == other.0) {
        let needs = edges.iter().map(|it| claims.ids[it.1].clone());
        catalog.needs.entry(claims.ids[edges[0].0].clone()).or_default().extend(needs);
    }
    Ok((catalog, claims))
}

/// Who claims which address: ids by number.
#[derive(Default)]
struct Claims {
    ids: Vec<Id>,
    by_address: BTreeMap<String, usize>,
}

impl Claims {
    /// Who claims an address; a part of an object that nobody claims by itself is the object's.
    fn find(&self, address: &str) -> Option<usize> {
        self.by_address.get(address).copied().or_else(|| {
            let (object, part) = address.rsplit_once('/')?;
            if part == "0" { None } else { self.by_address.get(&format!("{object}/0")).copied() }
        })
    }
}
