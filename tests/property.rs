//! Random schemas, random edits, and the way from one to the other proven both ways; then pg_dump as a judge that knows nothing of
//! our own catalog, where one is at hand.
//!
//! `SCHEMAGEN_ROUNDS=100 SCHEMAGEN_SEED=7` runs more rounds from another seed. Of four rounds one keeps copies of what goes, one takes all
//! tables for large, and one does both.

mod edit;
mod examples;
mod forms;
mod hints;
mod judge;
mod make;
mod model;
mod random;
mod text;
mod valid;
mod wholes;
mod words;

use std::fs;
use std::path::Path;

use schemagen::database::Database;
use schemagen::engine;
use schemagen::error::Error;
use schemagen::prove::{self, Proven};
use schemagen::renames;
use schemagen::render;
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::sizes::Limit;
use schemagen::source;

use self::edit::Edit;
use self::model::{Item, Model, What};
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

/// How a round is planned.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Copies of what goes are kept.
    keeps: bool,
    /// From where on tables are large.
    large: Limit,
}

impl Way {
    const PLAIN: Way = Way { keeps: false, large: Limit::Never };

    fn of(seed: u64) -> Way {
        let large = if seed % 4 >= 2 { Limit::Always } else { Limit::Never };
        Way { keeps: !seed.is_multiple_of(2), large }
    }
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
async fn round(shadow: &mut Shadow, folder: &Path, way: Way, from: &Model, to: &Model) -> Result<(), Failure> {
    let model = |it: Error| Failure::Model(it.to_string());
    let product = |it: Error| Failure::Product(it.to_string());
    let write = |name: &str, it: &Model| {
        let path = folder.join(name);
        fs::write(&path, sql(it)).expect("a folder to write to");
        path
    };
    let to = &hints::hinted(from, to);
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
    base.sizes = base.sizes.judged_by(way.large);
    let archive = way.keeps.then_some(1);
    let asked = prove::Asked { archive, renames: &renames::of_hints(&after), ..prove::Asked::default() };
    let proven = prove::prove(shadow, &mut base, &desired.0, &rules, &asked).await.map_err(product)?;
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
    let ups = proven.parts.iter().map(|it| &it.up);
    let downs = proven.parts.iter().rev().map(|it| &it.down);
    for (what, plans, wanted) in [("the migration", ups.collect::<Vec<_>>(), wanted), ("the rollback", downs.collect(), first)] {
        for plan in plans {
            let statements = render::statements(plan).into_iter().map(|it| it.sql);
            let [begin, end] = ["BEGIN", "COMMIT"].map(|it| plan.is_transactional().then(|| it.to_owned()));
            for statement in begin.into_iter().chain(statements).chain(end) {
                let ran = database.run(&statement).await;
                ran.map_err(|it| Failure::Product(format!("{what}, run by itself: {it}\n{statement}")))?;
            }
        }
        let is = dump(database);
        if judge::differences(&is, &wanted).is_none() {
            continue;
        }
        // PostgreSQL prints some expressions in other words when it has read its own: both are read once more.
        let mut again = [is, wanted];
        for text in &mut again {
            let restored = loaded(shadow, &[judge::loadable(text)]).await;
            let first = |it: Error| it.to_string().lines().next().unwrap_or_default().to_owned();
            let restored =
                restored.map_err(|it| Failure::Product(format!("a dump after {what} does not load: {}", first(it))))?;
            *text = dump(&restored);
            restored.close().await.map_err(|it| Failure::Product(it.to_string()))?;
        }
        if let Some(differences) = judge::differences(&again[0], &again[1]) {
            return Err(Failure::Product(format!("pg_dump after {what}:\n{differences}")));
        }
    }
    Ok(())
}

/// The failure of the way between two models, if there is one that is the program's.
fn fails(folder: &Path, way: Way, from: &Model, to: &Model) -> Option<String> {
    let server = server().expect("a server");
    match RUNTIME.block_on(async { round(&mut *server.lock().await, folder, way, from, to).await }) {
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
fn minimised(folder: &Path, way: Way, from: &Model, edits: &[Edit], message: &str) -> (Model, Vec<Edit>, String) {
    let (mut from, mut edits, mut message) = (from.clone(), edits.to_vec(), message.to_owned());
    let (mut tries, most) = (0, setting("SCHEMAGEN_TRIES", TRIES));
    let mut still = |from: &Model, edits: &[Edit], message: &mut String| {
        tries += 1;
        let found = if tries > most { None } else { fails(folder, way, from, &edit::apply(from, edits)) };
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
    let way = Way::of(seed);
    let played = RUNTIME.block_on(async { round(&mut *server.lock().await, folder, way, &from, &to).await });
    match played {
        Ok(()) => Ok(()),
        Err(Failure::Model(message)) => {
            eprintln!("seed {seed} makes what PostgreSQL refuses: {message}");
            Err(format!("seed {seed} makes what PostgreSQL refuses: {message}"))
        }
        Err(Failure::Product(message)) => {
            eprintln!("seed {seed}, {way:?}: {message}");
            let (from, edits, message) = minimised(folder, way, &from, &edits, &message);
            let to = hints::hinted(&from, &edit::apply(&from, &edits));
            let (before, after) = (sql(&from), sql(&to));
            let failure = format!("seed {seed}, {way:?}: {message}\n-- edits\n{edits:#?}\n-- before\n{before}-- after\n{after}");
            eprintln!("{failure}");
            Err(failure)
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
    let mut failures = Vec::new();
    for seed in first..first + rounds {
        failures.extend(play(folder.path(), seed).err());
        if (seed - first + 1).is_multiple_of(50) {
            eprintln!("{} rounds, {} failures", seed - first + 1, failures.len());
        }
    }
    assert!(failures.is_empty(), "{} of {rounds} rounds failed\n\n{}", failures.len(), failures.join("\n\n"));
}

/// Each variant of what stands by itself becomes each other one; an ordinary run takes some of them.
#[test]
fn examples_become_their_variants() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server().expect("a server");
    let major = RUNTIME.block_on(async { server.lock().await.major() });
    let item = |number, what| Item {
        number,
        name: format!("n{number}"),
        schema: None,
        owner: None,
        comment: None,
        grants: Vec::new(),
        what,
    };
    let model = |form, variant| {
        let what = What::Form { form, variant, at: None, uses: None };
        let items = vec![item(1, What::Schema), Item { schema: Some(1), comment: Some(1), ..item(2, what) }];
        Model { major, items, ..Model::default() }
    };
    let of_form = |(form, count): (usize, u8)| {
        (0..count).flat_map(move |a| (0..count).map(move |b| (form, a, b))).filter(|it| it.1 != it.2)
    };
    let mut random = Random::new(setting("SCHEMAGEN_SEED", 5));
    let mut ways: Vec<(usize, u8, u8)> = forms::alone(major).into_iter().flat_map(of_form).collect();
    let ways: Vec<(usize, u8, u8)> = (0..setting("SCHEMAGEN_WAYS", ROUNDS).min(ways.len() as u64))
        .map(|_| ways.swap_remove(random.below(ways.len())))
        .collect();
    let failed = |(form, a, b): (usize, u8, u8)| {
        let (from, to) = (model(form, a), model(form, b));
        let played = RUNTIME.block_on(async { round(&mut *server.lock().await, folder.path(), Way::PLAIN, &from, &to).await });
        let failure = played.err()?;
        let (Failure::Model(message) | Failure::Product(message)) = failure;
        Some(format!("form {form} from variant {a} to {b}: {message}\n-- before\n{}-- after\n{}", sql(&from), sql(&to)))
    };
    let failures: Vec<String> = ways.iter().filter_map(|it| failed(*it)).collect();
    assert!(failures.is_empty(), "{} of {} ways failed\n\n{}", failures.len(), ways.len(), failures.join("\n\n"));
}
