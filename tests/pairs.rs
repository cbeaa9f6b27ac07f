//! Every state of every case as a start and as a goal: also those that nobody thought of as a pair.
//!
//! A run takes a few pairs of each kind, the same ones each time. `SCHEMAGEN_PAIRS=all` takes every pair within a kind,
//! `SCHEMAGEN_PAIRS=400` that many pairs of any two kinds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemagen::engine::{self, Base};
use schemagen::error::Result;
use schemagen::prove;
use schemagen::rules::Rules;
use schemagen::shadow::Shadow;
use schemagen::source;
use sha2::{Digest, Sha256};

use crate::cases::folders;
use crate::support::server::{RUNTIME, server};

/// How many pairs of a kind a run takes.
const SAMPLE: usize = 3;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A state to start from and one to reach.
type Pair = (PathBuf, PathBuf);

/// The states of a kind: what stands before and after each of its cases.
fn states(kind: &Path) -> Vec<PathBuf> {
    folders(kind).iter().flat_map(|it| [it.join("before.sql"), it.join("after.sql")]).collect()
}

/// All pairs of two states, but not those of one case: they are proven as cases.
fn pairs(states: &[PathBuf]) -> impl Iterator<Item = Pair> {
    let pair = |from: &PathBuf, to: &PathBuf| (from.parent() != to.parent()).then(|| (from.clone(), to.clone()));
    states.iter().flat_map(move |from| states.iter().filter_map(move |to| pair(from, to)))
}

/// Some of them, the same ones in every run.
fn sample(mut pairs: Vec<Pair>, size: usize) -> Vec<Pair> {
    pairs.sort_by_cached_key(|it| Sha256::digest(name(it)).to_vec());
    pairs.truncate(size);
    pairs.sort();
    pairs
}

fn name((from, to): &Pair) -> String {
    let shown = |it: &Path| it.strip_prefix(root()).unwrap_or(it).with_extension("").display().to_string();
    format!("{} → {}", shown(from), shown(to))
}

fn chosen() -> Vec<Pair> {
    let kinds: Vec<Vec<PathBuf>> = folders(&root()).iter().map(|it| states(it)).collect();
    match std::env::var("SCHEMAGEN_PAIRS").ok().as_deref() {
        None => kinds.iter().flat_map(|it| sample(pairs(it).collect(), SAMPLE)).collect(),
        Some("all") => kinds.iter().flat_map(|it| pairs(it)).collect(),
        Some(count) => sample(pairs(&kinds.concat()).collect(), count.parse().expect("SCHEMAGEN_PAIRS is a number or all")),
    }
}

/// Proves the ways from one state to each of others; says which fail.
async fn prove_all(shadow: &mut Shadow, from: &Path, others: &[PathBuf]) -> Vec<String> {
    let mut failures = Vec::new();
    let mut base = None;
    for to in others {
        if let Err(error) = prove(shadow, from, &mut base, to).await {
            failures.push(format!("{}: {error}", name(&(from.to_owned(), to.clone()))));
            base = None;
        }
    }
    failures
}

/// Proves one way; the start is read once for all goals.
async fn prove(shadow: &mut Shadow, from: &Path, base: &mut Option<Base>, to: &Path) -> Result<()> {
    let rules = Rules::default();
    shadow.clear().await?;
    let base = match base {
        Some(base) => base,
        None => base.insert(engine::declared_base(shadow, source::read(from)?, &rules).await?),
    };
    let desired = engine::desired(shadow, &source::read(to)?, base, &rules).await?;
    prove::prove(shadow, base, &desired.0, &rules, &prove::Asked::default()).await.map(drop)
}

#[test]
fn every_state_leads_to_every_other() {
    let mut goals: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let chosen = chosen();
    for (from, to) in &chosen {
        goals.entry(from.clone()).or_default().push(to.clone());
    }
    let server = server().expect("a server");
    let mut failures = Vec::new();
    for (from, others) in &goals {
        failures.extend(RUNTIME.block_on(async { prove_all(&mut *server.lock().await, from, others).await }));
    }
    assert!(failures.is_empty(), "{} of {} pairs failed\n\n{}", failures.len(), chosen.len(), failures.join("\n\n"));
}
