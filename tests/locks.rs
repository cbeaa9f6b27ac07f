//! What keeps what goes, and what guards a change, locks no relation more strongly than the change itself.

use std::collections::BTreeMap;
use std::path::Path;

use schemagen::impact::Impact;
use schemagen::lock::Mode;
use schemagen::prove::Proven;
use schemagen::sizes::Limit;

use crate::cases::folders;
use crate::support::case::{prove, prove_keeping};
use crate::support::server::{RUNTIME, server};

/// Kinds of objects with which rows or values go.
const LOSING: &[&str] = &["column", "enum_type", "partition", "table"];

/// The strongest lock on each relation.
fn strongest<'a>(impacts: impl Iterator<Item = &'a Impact>) -> BTreeMap<&'a str, Mode> {
    let mut strongest = BTreeMap::new();
    for lock in impacts.flat_map(|it| &it.locks) {
        let mode = strongest.entry(lock.relation.as_str()).or_insert(lock.mode);
        *mode = lock.mode.max(*mode);
    }
    strongest
}

/// The migrations of a change, and their rollbacks.
fn both(proven: &Proven) -> [Vec<&Impact>; 2] {
    let migrations = proven.parts.iter().flat_map(|it| &it.impacts.migration).collect();
    [migrations, proven.parts.iter().flat_map(|it| &it.impacts.rollback).collect()]
}

/// The locks of the second that are stronger than those of the first on the same relation.
fn stronger(than: &BTreeMap<&str, Mode>, locks: &BTreeMap<&str, Mode>) -> Vec<String> {
    let is_archive = |relation: &str| relation.starts_with("schemagen_archive.");
    // Reading takes a lock that is in nobody's way.
    let least = Mode::AccessShare;
    let stronger = locks.iter().filter(|it| !is_archive(it.0) && it.1 > than.get(it.0).unwrap_or(&least));
    stronger.map(|it| format!("{} on {}, not {:?}", it.1, it.0, than.get(it.0))).collect()
}

#[test]
fn keeping_locks_no_more_than_dropping() {
    let server = server().expect("a server");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut failures, mut compared) = (Vec::new(), 0);
    for folder in LOSING.iter().flat_map(|it| folders(&root.join(it))).filter(|it| !it.join("gap.md").exists()) {
        let large = if folder.join("large").exists() { Limit::Always } else { Limit::Never };
        let states = [folder.join("before.sql"), folder.join("after.sql")];
        for (from, to) in [(&states[0], &states[1]), (&states[1], &states[0])] {
            let (dropped, kept) = RUNTIME.block_on(async {
                let mut shadow = server.lock().await;
                let dropped = prove(&mut shadow, from, to, large).await.expect("dropped");
                (dropped, prove_keeping(&mut shadow, from, to, large, Some(1)).await.expect("kept"))
            });
            let [there, back] = both(&dropped);
            let [keeping, restoring] = both(&kept);
            compared += usize::from(keeping.iter().any(|it| it.statement.contains("schemagen_archive")));
            // A label that values need again is there before a commit only where its type is made anew.
            let makes_a_type = |all: &[&Impact]| all.iter().any(|it| it.statement.starts_with("CREATE TYPE"));
            let is_other = makes_a_type(&restoring) && !makes_a_type(&back);
            let pairs = std::iter::once((there, keeping)).chain((!is_other).then_some((back, restoring)));
            for (plain, ours) in pairs {
                let (plain, ours) = (strongest(plain.into_iter()), strongest(ours.into_iter()));
                failures.extend(stronger(&plain, &ours).into_iter().map(|it| format!("to {}: {it}", to.display())));
            }
        }
    }
    assert!(compared > 20, "only {compared} cases keep something");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
