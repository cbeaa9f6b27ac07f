//! Random schemas, random edits, and the way from one to the other proven both ways; then pg_dump as a judge that knows nothing of
//! our own catalog, where one is at hand.
//!
//! `SCHEMAGEN_ROUNDS=100 SCHEMAGEN_SEED=7` runs more rounds from another seed.

mod edit;
mod examples;
mod forms;
mod judge;
mod make;
mod model;
mod random;
mod text;
mod valid;
mod words;

use std::fs;
use std::path::Path;

use schemagen::database::Database;
use schemagen::engine;
use schemagen::error::Error;
use schemagen::prove::{self, Proven};
use schemagen::render;
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::source;

use self::edit::Edit;
use self::model::Model;
use self::random::Random;
use crate::support::server::{RUNTIME, server};

/// Rounds of an ordinary run.
const ROUNDS: u64 = 4;

/// How often a failure is tried again with less; `SCHEMAGEN_TRIES` says otherwise.
const TRIES: u64 = 250;

/// What went wrong, and what it says.
enum Failure {
    /// The generator made what PostgreSQL refuses.
    Model(String),
    /// The program is at fault.
    Product(String),
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

fn sql(model: &Model) -> String {
    text::statements(model).join(";\n") + ";\n"
}

/// A database in which these statements ran, one after the other.
async fn loaded(shadow: &mut Shadow, statements: &[String]) -> Result<Database, Error> {
    let mut database = shadow.create("property").await?;
    for statement in statements {
        database.run(statement).await.map_err(|it| it.note(statement.clone()))?;
    }
    Ok(database)
}

/// Proves the way from one model to the other and has it judged.
async fn round(shadow: &mut Shadow, folder: &Path, from: &Model, to: &Model) -> Result<(), Failure> {
    let model = |it: Error| Failure::Model(it.to_string());
    let product = |it: Error| Failure::Product(it.to_string());
    let write = |name: &str, it: &Model| {
        let path = folder.join(name);
        fs::write(&path, sql(it)).expect("a folder to write to");
        path
    };
    let (before, after) = (write("before.sql", from), write("after.sql", to));
    shadow.clear().await.map_err(product)?;
    let (before, after) = (source::read(&before).map_err(model)?, source::read(&after).map_err(model)?);
    shadow.stub_roles(&make::ROLES.iter().map(|it| (*it).to_owned()).collect()).await.map_err(product)?;
    // The text runs as it is written: else the generator is wrong, not the program.
    let mut databases = Vec::new();
    for it in [from, to] {
        databases.push(loaded(shadow, &text::statements(it)).await.map_err(model)?);
    }
    let rules = Rules::default();
    let mut base = engine::declared_base(shadow, before, &rules).await.map_err(product)?;
    let desired = engine::desired(shadow, &after, &base, &rules).await.map_err(product)?;
    let proven = prove::prove(shadow, &mut base, &desired.0, &rules, &prove::Asked::default()).await.map_err(product)?;
    let judged = judged(shadow, &mut databases, &proven).await;
    for it in databases {
        it.close().await.map_err(product)?;
    }
    judged
}

/// Runs migration and rollback on the database of the first model and compares what pg_dump says.
async fn judged(shadow: &mut Shadow, databases: &mut [Database], proven: &Proven) -> Result<(), Failure> {
    let Some(program) = judge::pg_dump(shadow.major()) else { return Ok(()) };
    let [database, other] = databases else { return Ok(()) };
    let dump = |it: &Database| judge::dump(&program, it.options());
    let (first, wanted) = (dump(database), dump(other));
    let ups = proven.parts.iter().map(|it| ("the migration", &it.up));
    let downs = proven.parts.iter().rev().map(|it| ("the rollback", &it.down));
    for (what, plans, wanted) in [("the migration", ups.collect::<Vec<_>>(), wanted), ("the rollback", downs.collect(), first)] {
        for statement in plans.iter().flat_map(|it| render::statements(it.1)) {
            let ran = database.run(&statement.sql).await;
            ran.map_err(|it| Failure::Product(format!("{what}, run by itself: {it}\n{}", statement.sql)))?;
        }
        if let Some(differences) = judge::differences(&dump(database), &wanted) {
            return Err(Failure::Product(format!("pg_dump after {what}:\n{differences}")));
        }
    }
    Ok(())
}

/// The failure of the way between two models, if there is one that is the program's.
fn fails(folder: &Path, from: &Model, to: &Model) -> Option<String> {
    let server = server().expect("a server");
    match RUNTIME.block_on(async { round(&mut *server.lock().await, folder, from, to).await }) {
        Err(Failure::Product(message)) => Some(message),
        _ => None,
    }
}

/// The same failure, as far as its words say.
fn alike(one: &str, other: &str) -> bool {
    let words = |it: &str| it.lines().next().unwrap_or_default().split(['"', '.', ':']).next().unwrap_or_default().to_owned();
    words(one) == words(other)
}

/// Leaves out edits and items as long as the failure stays.
fn minimised(folder: &Path, from: &Model, edits: &[Edit], message: &str) -> (Model, Vec<Edit>, String) {
    let (mut from, mut edits, mut message) = (from.clone(), edits.to_vec(), message.to_owned());
    let (mut tries, most) = (0, setting("SCHEMAGEN_TRIES", TRIES));
    let mut still = |from: &Model, edits: &[Edit], message: &mut String| {
        tries += 1;
        let found = if tries > most { None } else { fails(folder, from, &edit::apply(from, edits)) };
        found.filter(|it| alike(it, message)).map(|it| *message = it).is_some()
    };
    for at in (0..edits.len()).rev() {
        let mut fewer = edits.clone();
        fewer.remove(at);
        if still(&from, &fewer, &mut message) {
            edits = fewer;
        }
    }
    let mut size = from.items.len().div_ceil(2);
    while size > 0 {
        let mut end = from.items.len();
        while end > 0 {
            let start = end.saturating_sub(size);
            let mut fewer = from.clone();
            fewer.items.drain(start..end);
            valid::prune(&mut fewer);
            if still(&fewer, &edits, &mut message) {
                from = fewer;
            }
            end = start.min(from.items.len());
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    (from, edits, message)
}

/// One round from a seed; what failed, made small.
#[expect(clippy::print_stderr, reason = "making it small takes its time, and may be broken off")]
fn play(folder: &Path, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let size = 50 + random.below(setting("SCHEMAGEN_SIZE", 60) as usize);
    let server = server().expect("a server");
    let major = RUNTIME.block_on(async { server.lock().await.major() });
    let from = make::schema(&mut random, size, major);
    let edits = edit::some(&from, &mut random, 14);
    let to = edit::apply(&from, &edits);
    let played = RUNTIME.block_on(async { round(&mut *server.lock().await, folder, &from, &to).await });
    match played {
        Ok(()) => Ok(()),
        Err(Failure::Model(message)) => Err(format!("seed {seed} makes what PostgreSQL refuses: {message}")),
        Err(Failure::Product(message)) => {
            eprintln!("seed {seed}: {message}");
            let (from, edits, message) = minimised(folder, &from, &edits, &message);
            let (before, after) = (sql(&from), sql(&edit::apply(&from, &edits)));
            Err(format!("seed {seed}: {message}\n-- edits\n{edits:#?}\n-- before\n{before}-- after\n{after}"))
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "who reads the run must know what it left out")]
fn random_edits_of_random_schemas_are_proven() {
    let folder = tempfile::tempdir().expect("a folder");
    let (rounds, first) = (setting("SCHEMAGEN_ROUNDS", ROUNDS), setting("SCHEMAGEN_SEED", 5));
    let server = server().expect("a server");
    let major = RUNTIME.block_on(async { server.lock().await.major() });
    if judge::pg_dump(major).is_none() {
        eprintln!("no pg_dump of version {major} is at hand: what it would say is not asked");
    }
    let failures: Vec<String> = (first..first + rounds).filter_map(|it| play(folder.path(), it).err()).collect();
    assert!(failures.is_empty(), "{} of {rounds} rounds failed\n\n{}", failures.len(), failures.join("\n\n"));
}
