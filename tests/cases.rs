//! The cases: folders of SQL, one test per kind of object, so that each kind is named when it fails.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use schemagen::error::{Error, Result};
use schemagen::kinds::KINDS;
use schemagen::sizes::Limit;

use crate::support::case::{Texts, prove, texts, weaker};
use crate::support::server::{MAJOR, RUNTIME, server, server_of};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders in a folder, by name; not the cases that need another server than that of the tests.
pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    all(path).into_iter().filter(|it| (since(it)..=until(it)).contains(&MAJOR)).collect()
}

/// The first version that a case can run on: 14, or what its file `since` says.
fn since(case: &Path) -> u32 {
    fs::read_to_string(case.join("since")).map_or(14, |it| it.trim().parse().expect("a version"))
}

/// The last version that a case can run on: what its file `until` says, or none.
fn until(case: &Path) -> u32 {
    fs::read_to_string(case.join("until")).map_or(u32::MAX, |it| it.trim().parse().expect("a version"))
}

fn all(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    let mut folders: Vec<PathBuf> = entries.map(|it| it.expect("a folder of cases").path()).filter(|it| it.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs every case of a kind and reports all that fail. Tables are small unless a case holds a file `large`. One with a file
/// `since` or `until` needs a server of that version; where that is not the one of the snapshots, only the proof counts. A case with `gap.md` must fail with the words of its first line.
fn run(kind: &str) {
    let mut failures = Vec::new();
    let _running = server().expect("a server"); // one for all of them
    for folder in all(&root().join("tests/cases").join(kind)) {
        let gap = fs::read_to_string(folder.join("gap.md")).ok();
        match (proven_both_ways(&folder), gap) {
            (Ok(texts), None) => failures.extend(changed(kind, &name(&folder), &texts)),
            (Ok(_), Some(_)) => failures.push(format!("{}: the gap is closed, remove gap.md", name(&folder))),
            (Err(error), Some(gap)) if error.to_string().contains(gap.lines().next().unwrap_or_default()) => {}
            (Err(error), _) => failures.push(format!("{}: {error}", name(&folder))),
        }
    }
    assert!(failures.is_empty(), "{} of {kind} failed\n\n{}", failures.len(), failures.join("\n\n"));
}

fn proven_both_ways(folder: &Path) -> Result<Texts> {
    let server = server_of(MAJOR.max(since(folder)).min(until(folder)))?;
    RUNTIME.block_on(async {
        let mut shadow = server.lock().await;
        if !(since(folder)..=until(folder)).contains(&shadow.major()) {
            return Ok(Texts::default());
        }
        let (before, after) = (folder.join("before.sql"), folder.join("after.sql"));
        let large = if folder.join("large").exists() { Limit::Always } else { Limit::Never };
        let proven = prove(&mut shadow, &before, &after, large).await?;
        let texts = texts(&proven)?;
        let weaker = weaker(&proven);
        if !weaker.is_empty() && shadow.major() == MAJOR {
            return Err(Error::new(weaker.join("; ")));
        }
        prove(&mut shadow, &after, &before, large).await.map_err(|it| it.within("in the other direction"))?;
        // Another version prints the same schema in other words.
        Ok(if shadow.major() == MAJOR { texts } else { Texts::default() })
    })
}

/// The texts that differ from their snapshots.
fn changed(kind: &str, case: &str, texts: &Texts) -> Vec<String> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots").join(kind).join(case));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let all = [("migration", &texts.migration), ("rollback", &texts.rollback), ("log", &texts.log)];
    let differs = |(name, text): &(&str, &String)| {
        let check = AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(*name, text.as_str())));
        (!text.is_empty() && catch_unwind(check).is_err()).then(|| format!("{case}: the {name} differs from its snapshot"))
    };
    all.iter().filter_map(differs).collect()
}

/// Kinds that a clone cannot have: a security label needs a provider that is built in C, a subscription belongs to the cluster and
/// keeps its database from being copied and dropped.
const UNTESTED: &[&str] = &["security_label", "subscription"];

macro_rules! kinds {
    ($($kind:ident)*) => {
        const TESTED: &[&str] = &[$(stringify!($kind)),*];

        $(
            #[test]
            fn $kind() {
                run(stringify!($kind));
            }
        )*
    };
}

kinds! {
    access_method
    aggregate
    attribute
    base_type
    cast
    cluster_mark
    collation
    column
    column_settings
    comment
    composite_type
    constraint
    constraint_triggers
    conversion
    default_grant
    default_value
    domain
    domain_constraint
    enum_type
    event_trigger
    extension
    extension_dependency
    foreign_data_wrapper
    foreign_key
    foreign_server
    function
    grant
    identity
    index
    index_partition
    inheritance
    language
    materialized_view
    not_null
    operator
    operator_class
    operator_family
    operator_family_member
    owned_by
    owner
    partition
    policy
    publication
    publication_schema
    publication_table
    range_type
    replica_identity
    rule
    schema
    sequence
    shell_type
    statistics
    table
    text_search_configuration
    text_search_dictionary
    text_search_parser
    text_search_template
    transform
    trigger
    user_mapping
    view
    view_column
}

#[test]
fn every_kind_has_a_case_and_every_case_is_run() {
    let folders: BTreeSet<String> = folders(&root().join("tests/cases")).iter().map(|it| name(it)).collect();
    let tested: BTreeSet<String> = TESTED.iter().map(|it| (*it).to_owned()).collect();
    let kinds: BTreeSet<String> =
        KINDS.iter().map(|it| it.name()).filter(|it| !UNTESTED.contains(it)).map(str::to_owned).collect();
    assert_eq!(folders.symmetric_difference(&tested).collect::<Vec<_>>(), Vec::<&String>::new(), "folders that are not tests");
    assert_eq!(kinds.difference(&tested).collect::<Vec<_>>(), Vec::<&String>::new(), "kinds without a case");
}
